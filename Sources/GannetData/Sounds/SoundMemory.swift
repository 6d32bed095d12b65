import CGannetSndfile

/// Bytes in memory that libsndfile reads and writes as if they were a file.
final class SoundMemory {
    private(set) var bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// Opens the bytes; nil where libsndfile cannot. What is opened must be closed before the bytes go.
    ///
    /// - Parameters:
    ///   - mode: `SFM_READ` or `SFM_WRITE`.
    ///   - info: What to write, or what was found.
    func open(_ mode: Int, _ info: inout SF_INFO) -> OpaquePointer? {
        var functions = SF_VIRTUAL_IO(
            get_filelen: { sf_count_t(SoundMemory.at($0).bytes.count) },
            seek: { SoundMemory.at($2).seek(Int($0), from: $1) },
            read: { SoundMemory.at($2).read(into: $0, count: Int($1)) },
            write: { SoundMemory.at($2).write($0, count: Int($1)) },
            tell: { sf_count_t(SoundMemory.at($0).position) })
        return sf_open_virtual(&functions, Int32(mode), &info, Unmanaged.passUnretained(self).toOpaque())
    }

    private static func at(_ address: UnsafeMutableRawPointer?) -> SoundMemory {
        Unmanaged<SoundMemory>.fromOpaque(address!).takeUnretainedValue()
    }

    private func seek(_ offset: Int, from origin: Int32) -> sf_count_t {
        let start = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? position : bytes.count
        let (sum, overflow) = start.addingReportingOverflow(offset)
        if overflow || sum < 0 { return -1 }
        position = sum
        return sf_count_t(sum)
    }

    private func read(into target: UnsafeMutableRawPointer?, count: Int) -> sf_count_t {
        let count = max(0, min(count, bytes.count - position))
        if count == 0 { return 0 }
        bytes.withUnsafeBytes { target!.copyMemory(from: $0.baseAddress! + position, byteCount: count) }
        position += count
        return sf_count_t(count)
    }

    private func write(_ source: UnsafeRawPointer?, count: Int) -> sf_count_t {
        if count <= 0 { return 0 }
        let missing = position + count - bytes.count
        if missing > 0 { bytes += [UInt8](repeating: 0, count: missing) }
        bytes.withUnsafeMutableBytes {
            ($0.baseAddress! + position).copyMemory(from: source!, byteCount: count)
        }
        position += count
        return sf_count_t(count)
    }
}
