import CGannetZlib
import Foundation
import GannetTestSupport

/// Files of less than a megabyte that would fill the memory of a reader that believes them. The first word of a name
/// is the reader's.
enum Bomb {
    static func all(fixtures: String) -> [(name: String, bytes: [UInt8])] {
        let member = packed([UInt8](repeating: 0, count: 8 << 20), window: 15 + 16)
        let zeros = [UInt8](member)
        var gzip: [UInt8] = []
        while gzip.count + zeros.count < 990_000 { gzip += zeros }
        // A promise of length that is not kept.
        let liar = Array(zeros.dropLast(4)) + [0xFF, 0xFF, 0xFF, 0x3F]

        func png(_ width: Int, _ height: Int, _ extra: [UInt8] = []) -> [UInt8] {
            let data = packed([UInt8](repeating: 0, count: 1 << 20), window: 15)
            return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
                + chunk("IHDR", bigEndian(width) + bigEndian(height) + [16, 6, 0, 0, 1]) + extra
                + chunk("IDAT", data) + chunk("IEND", [])
        }
        let text = chunk(
            "zTXt", Array("a".utf8) + [0, 0] + packed([UInt8](repeating: 32, count: 7_900_000), window: 15))
        var texts: [UInt8] = []
        while texts.count + text.count < 980_000 { texts += text }

        let jpeg =
            FileManager.default.contents(atPath: fixtures + "/progressive.jpg").map { [UInt8]($0) } ?? []
        func enlarged(_ side: Int) -> [UInt8] {
            var bytes = jpeg
            for place in 0..<max(bytes.count - 9, 0) where bytes[place] == 0xFF && bytes[place + 1] == 0xC2 {
                for i in [5, 7] {
                    bytes.replaceSubrange(place + i..<place + i + 2, with: bigEndian(side).suffix(2))
                }
            }
            return bytes
        }
        let many = (0..<15_000).map { "\"\($0)\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}" }
        let header = Array("{\(many.joined(separator: ","))}".utf8)
        let axes = Array(
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[0\(String(repeating: ",0", count: 400_000))],\"data_offsets\":[0,0]}}"
                .utf8)
        func safetensors(_ header: [UInt8]) -> [UInt8] {
            bigEndian(header.count).reversed() + [0, 0, 0, 0] + header
        }
        // Promises of length, kept and not, in the form of a stream that does not know it.
        func wav(_ channels: Int, claim: Int) -> [UInt8] {
            var bytes = WAVBytes.file(.pcm8, channels: channels, data: [UInt8](repeating: 7, count: 900_000))
            bytes.replaceSubrange(40..<44, with: bigEndian(claim).reversed())
            return bytes
        }
        return [
            ("gzip of many members", gzip), ("gzip with a promise", liar), ("cifar of zeros", gzip),
            ("png of 16384²", png(16_384, 16_384)), ("png of 4096²", png(4096, 4096)),
            ("png of 1 × 2²⁴", png(1, 1 << 24)), ("png with texts", png(256, 256, texts)),
            ("jpeg of 65500²", enlarged(65_500)), ("jpeg of 4096²", enlarged(4096)),
            ("safetensors of many tensors", safetensors(header)),
            ("safetensors of many axes", safetensors(axes)),
            ("wav with a promise", wav(1, claim: 0x7FFF_EFFF)),
            ("wav of a stream", wav(1, claim: 0xFFFF_FFFF)),
            ("wav of 1000 channels", wav(1000, claim: 900_000)),
            ("json of brackets", [UInt8](repeating: 0x5B, count: 990_000)),
            ("json of zeros", Array("[\(String(repeating: "0,", count: 490_000))0]".utf8)),
            ("json of objects", Array("[\(String(repeating: "{\"\":0},", count: 120_000))0]".utf8)),
        ]
    }

    /// A PNG file with the check sums that its chunks should have.
    static func withSums(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var start = 8
        while bytes.count - start >= 12 {
            let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            if length > bytes.count - start - 12 { break }
            let end = start + 8 + length
            bytes.replaceSubrange(end..<end + 4, with: sum(bytes[start + 4..<end]))
            start = end + 4
        }
        return bytes
    }

    private static func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(kind.utf8) + data
        return bigEndian(data.count) + body + sum(body[...])
    }

    private static func sum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.withUnsafeBufferPointer { bigEndian(Int(crc32(0, $0.baseAddress, UInt32($0.count)))) }
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// Bytes packed by deflate; `window` says in which frame, as zlib has it.
    private static func packed(_ bytes: [UInt8], window: Int32) -> [UInt8] {
        var bytes = bytes
        var result = [UInt8](repeating: 0, count: bytes.count / 500 + 1000)
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        else {
            fatalError("zlib does not start")
        }
        defer { deflateEnd(stream) }
        let made = bytes.withUnsafeMutableBufferPointer { input in
            result.withUnsafeMutableBufferPointer { output in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                precondition(deflate(stream, Z_FINISH) == Z_STREAM_END)
                return output.count - Int(stream.pointee.avail_out)
            }
        }
        return Array(result.prefix(made))
    }
}
