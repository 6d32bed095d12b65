import CGannetJPEG
import Gannet

extension Bitmap {
    /// Reads a JPEG file, sequential or progressive: as grey where it is grey, else as red, green and blue.
    ///
    /// Files for printers (cyan, magenta, yellow and black) are converted as Adobe's are. A file with a defect that
    /// other programs draw over is refused.
    public init(jpeg path: String) throws(DataError) {
        try self.init(decodingJPEG: try DataError.contents(of: path), named: path)
    }

    /// What every JPEG file begins with.
    static let jpegSignature: [UInt8] = [0xFF, 0xD8, 0xFF]

    /// Reads what is the contents of a JPEG file; `name` is what errors call them.
    init(decodingJPEG contents: [UInt8], named name: String) throws(DataError) {
        guard contents.starts(with: Self.jpegSignature) else {
            throw DataError(
                .wrongFormat, path: name, "\(name) is not a JPEG file: it does not begin as one does.")
        }
        guard let decoder = tjInitDecompress() else {
            throw DataError(.unreadable, path: name, "\(name) cannot be read: there is no memory for it.")
        }
        defer { tjDestroy(decoder) }
        func damaged() -> DataError {
            // Line ends, where the library has any, do not belong in a sentence.
            let reason = String(cString: tjGetErrorStr2(decoder)).split(separator: "\n").joined(
                separator: " ")
            return DataError(.damaged, path: name, "\(name) cannot be read as JPEG: \(reason).")
        }
        var (width, height, sampling, space) = (Int32(0), Int32(0), Int32(0), Int32(0))
        let size = UInt(contents.count)
        if tjDecompressHeader3(decoder, contents, size, &width, &height, &sampling, &space) != 0 {
            throw damaged()
        }
        try Self.check(width: Int(width), height: Int(height), byteCount: contents.count, file: name)
        let isGrey = space == Int32(TJCS_GRAY.rawValue)
        let isForPrint = space == Int32(TJCS_CMYK.rawValue) || space == Int32(TJCS_YCCK.rawValue)
        let format = isGrey ? TJPF_GRAY : isForPrint ? TJPF_CMYK : TJPF_RGB
        let area = Int(width) * Int(height)
        var pixels = [UInt8](repeating: 0, count: area * (isGrey ? 1 : isForPrint ? 4 : 3))
        // A file may ask for any number of passes over its pixels; the library gives up after 500.
        let flags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT
        if tjDecompress2(decoder, contents, size, &pixels, width, 0, height, Int32(format.rawValue), flags)
            != 0
        {
            throw damaged()
        }
        if isForPrint { pixels = Self.screenColors(ofPrint: pixels) }
        self.init(width: Int(width), height: Int(height), channels: isGrey ? 1 : 3, pixels: pixels)
    }

    /// Red, green and blue of cyan, magenta, yellow and black, all stored inverted.
    private static func screenColors(ofPrint inks: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: inks.count / 4 * 3) { colors, filled in
            for pixel in 0..<inks.count / 4 {
                let black = UInt32(inks[pixel * 4 + 3])
                for channel in 0..<3 {
                    colors[pixel * 3 + channel] = UInt8(
                        (UInt32(inks[pixel * 4 + channel]) * black + 127) / 255)
                }
            }
            filled = inks.count / 4 * 3
        }
    }
}
