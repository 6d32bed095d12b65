import CGannetZlib
import Gannet

/// The gzip format (RFC 1952), unpacked by zlib.
enum Gzip {
    /// Whether `bytes` begin as gzip data does.
    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// What unpacking can run into.
    enum Failure: Error {
        /// The data ends before the packed contents do.
        case endsEarly
        /// The data is not what was packed; a check sum is wrong, say.
        case damaged
        /// There are more bytes than were allowed.
        case tooLong
    }

    /// The most bytes that a packed file is unpacked to: a file that grows 64 times is no data set, but an attack
    /// or a mistake. Small files may grow more.
    static func limit(packed count: Int) -> Int { min(max(64 * min(count, 1 << 30), 1 << 26), 1 << 30) }

    /// The unpacked bytes of a file, with what goes wrong put in terms of data; `file` is what errors name.
    static func unpack(_ packed: [UInt8], named file: String) throws(DataError) -> [UInt8] {
        let limit = limit(packed: packed.count)
        do {
            return try unpack(packed, limit: limit)
        } catch {
            switch error {
            case .endsEarly:
                throw DataError(
                    .truncated, path: file,
                    "\(file) ends early: its gzip data is not complete; download it again.")
            case .damaged:
                throw DataError(
                    .damaged, path: file, "\(file) is damaged: its gzip data is not valid; download it again."
                )
            case .tooLong:
                throw DataError(
                    .damaged, path: file,
                    "\(file) unpacks to more than \(limit) bytes, which no data set of its size does; "
                        + "download it again.")
            }
        }
    }

    /// The unpacked bytes of a file with one or more gzip members; at most `limit` of them.
    static func unpack(_ packed: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        // The library keeps the stream's address between its calls.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        // 15 bits of window; 16 more say that a gzip header is expected.
        let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        if status != Z_OK { throw .damaged }
        defer { inflateEnd(stream) }

        var packed = packed
        var unpacked: [UInt8] = []
        // The last four bytes say how many there are, if there is one member and all is well.
        let promised = packed.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        // Deflate packs 1,032 bytes into one at best.
        if promised <= min(limit, packed.count * 1032) { unpacked.reserveCapacity(promised) }
        var block = [UInt8](repeating: 0, count: 1 << 18)
        var consumed = 0
        while true {
            let (status, used, made) = step(stream, &packed, from: consumed, into: &block)
            consumed += used
            if unpacked.count + made > limit { throw .tooLong }
            unpacked.append(contentsOf: block[..<made])
            switch status {
            case Z_STREAM_END:
                if consumed == packed.count { return unpacked }
                // Another member follows, or padding, which gzip programs skip as well.
                if packed[consumed] != 0x1F { return unpacked }
                if inflateReset(stream) != Z_OK { throw .damaged }
            case Z_OK:
                if used == 0, made == 0 { throw .endsEarly }
            case Z_BUF_ERROR:
                throw .endsEarly
            default:
                throw .damaged
            }
        }
    }

    /// One call of `inflate`, with input of at most 1 GiB because zlib counts in 32 bits.
    private static func step(
        _ stream: UnsafeMutablePointer<z_stream>, _ packed: inout [UInt8], from start: Int,
        into block: inout [UInt8]
    ) -> (status: Int32, used: Int, made: Int) {
        let available = min(packed.count - start, 1 << 30)
        let room = block.count
        return packed.withUnsafeMutableBufferPointer { input in
            block.withUnsafeMutableBufferPointer { output in
                stream.pointee.next_in = input.baseAddress.map { $0 + start }
                stream.pointee.avail_in = UInt32(available)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(room)
                let status = inflate(stream, Z_NO_FLUSH)
                return (
                    status, available - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out)
                )
            }
        }
    }
}
