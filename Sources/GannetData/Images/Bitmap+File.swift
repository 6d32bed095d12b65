import Gannet

extension Bitmap {
    /// Reads a PNG or JPEG file, which its first bytes tell apart; see ``init(png:)`` and ``init(jpeg:)``.
    public init(contentsOf path: String) throws(DataError) {
        try self.init(decoding: try DataError.contents(of: path), named: path)
    }

    /// Reads what is the contents of a PNG or JPEG file; `name` is what errors call them.
    public init(decoding contents: [UInt8], named name: String = "The picture") throws(DataError) {
        if contents.starts(with: Self.jpegSignature) {
            try self.init(decodingJPEG: contents, named: name)
        } else if contents.starts(with: PNGChunks.signature.prefix(4)) {
            try self.init(decodingPNG: contents, named: name)
        } else {
            throw DataError(
                .wrongFormat, path: name,
                "\(name) is neither a PNG nor a JPEG file; convert it to one of these.")
        }
    }

    /// The most pixels that a file of `byteCount` bytes is read with: 2²⁴ (4,096 × 4,096), more in files of more than
    /// a megabyte (sixteen a byte), 2²⁸ at most. What claims more is damaged, or made to fill the memory.
    static func largestArea(byteCount: Int) -> Int {
        min(max(1 << 24, 16 * min(byteCount, 1 << 28)), 1 << 28)
    }

    /// Throws where a file claims more pixels than ``largestArea(byteCount:)``.
    static func check(width: Int, height: Int, byteCount: Int, file: String) throws(DataError) {
        let (area, overflow) = width.multipliedReportingOverflow(by: height)
        let limit = largestArea(byteCount: byteCount)
        if width < 1 || height < 1 || overflow || area > limit {
            throw DataError(
                .damaged, path: file,
                "\(file) claims \(width) × \(height) pixels, and of a file of \(byteCount) bytes 1 to \(limit) are "
                    + "read.")
        }
    }
}
