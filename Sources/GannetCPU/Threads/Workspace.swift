import GannetGraph

/// Memory that one thread at a time uses for itself while it runs a kernel. It grows and is kept.
final class Workspace: @unchecked Sendable {
    private var buffer: HostBuffer

    /// Creates a workspace that grows at its first use.
    init() { buffer = HostBuffer(byteCount: 0) }

    /// At least `byteCount` bytes, aligned to a cache line, with undefined contents. What an earlier call gave is
    /// no longer valid.
    func scratch(_ byteCount: Int) -> UnsafeMutableRawPointer {
        if buffer.byteCount < byteCount { buffer = HostBuffer(byteCount: max(byteCount, 1 << 17)) }
        return buffer.address
    }
}

/// Lays pieces of memory one after another, each on a cache line of its own.
struct ScratchLayout {
    /// The bytes laid so far.
    private(set) var byteCount = 0

    /// Appends a piece and returns its offset.
    mutating func append(_ count: Int) -> Int {
        defer { byteCount += (count + 63) & ~63 }
        return byteCount
    }
}
