/// The chunks that a PNG file consists of (ISO/IEC 15948, clause 5): each its length in four bytes, big-endian, four
/// letters that name its kind, its data, and a check sum.
enum PNGChunks {
    /// What every PNG file begins with.
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// A chunk: its kind, and where in the file all of it and its data are.
    struct Chunk {
        var kind: String
        var bytes: Range<Int>
        var data: Range<Int> { bytes.lowerBound + 8..<bytes.upperBound - 4 }
        /// Whether a decoder must know it, which its first letter says.
        var isCritical: Bool { kind.utf8.first.map { $0 & 0x20 == 0 } ?? false }
    }

    /// The chunks of a file that are there as a whole.
    static func chunks(of contents: [UInt8]) -> [Chunk] {
        var chunks: [Chunk] = []
        var start = signature.count
        while contents.count - start >= 12 {
            let length = contents[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            if length > contents.count - start - 12 { break }
            let kind = String(decoding: contents[start + 4..<start + 8], as: UTF8.self)
            chunks.append(Chunk(kind: kind, bytes: start..<start + 12 + length))
            start += 12 + length
        }
        return chunks
    }

    /// A file without the chunks that say nothing of the pixels' values: a text or a colour profile of a few bytes
    /// may unpack to megabytes, and there may be many.
    static func essentials(of contents: [UInt8]) -> [UInt8] {
        let chunks = chunks(of: contents)
        var kept = Array(contents.prefix(signature.count))
        kept.reserveCapacity(contents.count)
        for chunk in chunks where chunk.isCritical || ["tRNS", "gAMA", "sRGB", "cHRM"].contains(chunk.kind) {
            kept += contents[chunk.bytes]
        }
        // What is cut short stays, for the decoder to complain of.
        kept += contents.dropFirst(chunks.last?.bytes.upperBound ?? signature.count)
        return kept
    }
}
