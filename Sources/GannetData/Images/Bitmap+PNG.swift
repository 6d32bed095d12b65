import CGannetPNG
import Gannet

extension Bitmap {
    /// Writes the picture as a PNG file of 8 bits a value. The file is written aside and renamed, so that no
    /// half-written one is ever found there.
    public func write(to path: String) throws(FileError) {
        guard let bytes = pngData else {
            throw FileError(
                .unwritable, path: path,
                "\(path) cannot be written: a picture of \(width) × \(height) is too large for PNG.")
        }
        try FileAccess.write(bytes, to: path)
    }

    /// Reads a PNG file of any kind: as grey where it is grey, else as red, green and blue, 8 bits a value.
    /// What is transparent is laid on black.
    public init(png path: String) throws(DataError) {
        try self.init(decodingPNG: try DataError.contents(of: path), named: path)
    }

    /// Reads what is the contents of a PNG file; `name` is what errors call them.
    init(decodingPNG contents: [UInt8], named name: String) throws(DataError) {
        self = try PNGChunks.essentials(of: contents).withUnsafeBufferPointer { contents throws(DataError) in
            try Self.decode(contents, path: name)
        }
    }

    /// The picture in PNG format; nil if the library cannot make it.
    var pngData: [UInt8]? {
        guard let columns = UInt32(exactly: width), let rows = UInt32(exactly: height),
            let stride = Int32(exactly: width * channels)
        else { return nil }
        let image = Self.makeImage()
        defer { Self.release(image) }
        image.pointee.width = columns
        image.pointee.height = rows
        image.pointee.format = channels == 3 ? PNG_FORMAT_FLAG_COLOR : 0
        var size: png_alloc_size_t = 0
        guard png_image_write_to_memory(image, nil, &size, 0, pixels, stride, nil) != 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        guard png_image_write_to_memory(image, &bytes, &size, 0, pixels, stride, nil) != 0 else { return nil }
        return Array(bytes.prefix(Int(size)))
    }

    private static func decode(
        _ contents: UnsafeBufferPointer<UInt8>, path: String
    ) throws(DataError) -> Bitmap {
        let image = makeImage()
        defer { release(image) }
        if png_image_begin_read_from_memory(image, contents.baseAddress, contents.count) == 0 {
            throw DataError(
                contents.starts(with: [0x89, 0x50, 0x4E, 0x47]) ? .damaged : .wrongFormat, path: path,
                "\(path) cannot be read as PNG: \(message(of: image)).")
        }
        let isColor = image.pointee.format & PNG_FORMAT_FLAG_COLOR != 0
        let channels = isColor ? 3 : 1
        let (width, height) = (Int(image.pointee.width), Int(image.pointee.height))
        try check(width: width, height: height, byteCount: contents.count, file: path)
        image.pointee.format = isColor ? PNG_FORMAT_FLAG_COLOR : 0
        // Where a file with 16 bits a value says nothing else, its values mean what those with 8 bits mean.
        image.pointee.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
        var pixels = [UInt8](repeating: 0, count: width * height * channels)
        var black = png_color(red: 0, green: 0, blue: 0)
        if png_image_finish_read(image, &black, &pixels, Int32(width * channels), nil) == 0 {
            throw DataError(.damaged, path: path, "\(path) is damaged: \(message(of: image)).")
        }
        return Bitmap(width: width, height: height, channels: channels, pixels: pixels)
    }

    /// The library's record of a picture. It keeps this address, and that of the contents, between its calls.
    private static func makeImage() -> UnsafeMutablePointer<png_image> {
        let image = UnsafeMutablePointer<png_image>.allocate(capacity: 1)
        image.initialize(to: png_image())
        image.pointee.version = UInt32(PNG_IMAGE_VERSION)
        return image
    }

    private static func release(_ image: UnsafeMutablePointer<png_image>) {
        png_image_free(image)
        image.deallocate()
    }

    /// What the library says of the failure, which it keeps as a tuple of characters.
    private static func message(of image: UnsafeMutablePointer<png_image>) -> String {
        withUnsafeBytes(of: image.pointee.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
