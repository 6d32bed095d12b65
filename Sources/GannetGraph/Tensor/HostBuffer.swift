#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Memory on the host, aligned to a cache line, that returns to its pool when it is released.
///
/// Whoever creates a buffer writes it; once it is part of a ``Storage`` nobody writes it again, but for an
/// update in place by its only holder. That rule, not a lock, makes sharing it safe.
public final class HostBuffer: DeviceBuffer, @unchecked Sendable {
    /// The number of bytes that hold data.
    public let byteCount: Int
    /// The first byte.
    public let address: UnsafeMutableRawPointer

    private let capacity: Int
    private let pool: HostMemoryPool

    /// Takes memory from `pool`; its contents are undefined. A buffer of 0 bytes is valid.
    public init(byteCount: Int, pool: HostMemoryPool = .shared) {
        self.byteCount = byteCount
        self.pool = pool
        (address, capacity) = pool.take(byteCount: byteCount)
    }

    /// Takes memory for a copy of `bytes`.
    public convenience init(copying bytes: UnsafeRawBufferPointer) {
        self.init(byteCount: bytes.count)
        self.bytes.copyMemory(from: bytes)
    }

    deinit { pool.giveBack(address, capacity: capacity) }

    /// All bytes.
    public var bytes: UnsafeMutableRawBufferPointer { .init(start: address, count: byteCount) }

    public func read(into destination: UnsafeMutableRawBufferPointer) throws(DeviceError) {
        destination.copyMemory(from: UnsafeRawBufferPointer(start: address, count: destination.count))
    }
}

/// Keeps released host memory for the next buffer of about the same size, so that a training step allocates
/// nothing after the first ones.
public final class HostMemoryPool: Sendable {
    /// The pool that buffers come from unless another is named.
    public static let shared = HostMemoryPool()

    /// How much memory a pool holds.
    public struct Statistics: Sendable, Equatable {
        /// Bytes taken from the system and not given back.
        public var reservedBytes = 0
        /// Bytes of those that are in use.
        public var usedBytes = 0
        /// How often memory was asked of the system.
        public var systemAllocations = 0
    }

    private struct State {
        var free: [Int: [UInt]] = [:]
        var statistics = Statistics()
    }

    private let state = Guarded(State())

    /// Creates an empty pool.
    public init() {}

    /// What the pool holds now.
    public var statistics: Statistics { state.withLock { $0.statistics } }

    /// Returns the memory that nobody uses to the system.
    public func trim() {
        state.withLock { state in
            for (capacity, addresses) in state.free {
                for address in addresses { free(UnsafeMutableRawPointer(bitPattern: address)) }
                state.statistics.reservedBytes -= capacity * addresses.count
            }
            state.free = [:]
        }
    }

    /// Sizes are rounded up to one of eight steps an octave, so that at most an eighth is wasted.
    private static func capacity(for byteCount: Int) -> Int {
        if byteCount <= 256 { return 256 }
        let step = 1 << (Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount - 3)
        return (byteCount + step - 1) / step * step
    }

    fileprivate func take(byteCount: Int) -> (UnsafeMutableRawPointer, capacity: Int) {
        if GuardedMemory.isUsed {
            guard let address = GuardedMemory.take(byteCount: byteCount) else { Self.stop(byteCount) }
            return (address, byteCount)
        }
        let capacity = Self.capacity(for: byteCount)
        let reused = state.withLock { state -> UInt? in
            state.statistics.usedBytes += capacity
            if let address = state.free[capacity]?.popLast() { return address }
            state.statistics.reservedBytes += capacity
            state.statistics.systemAllocations += 1
            return nil
        }
        if let reused { return (UnsafeMutableRawPointer(bitPattern: reused)!, capacity) }
        var address: UnsafeMutableRawPointer?
        // With slack, so that vector loads at the very end stay inside the allocation.
        guard posix_memalign(&address, 64, capacity + GuardedMemory.slack) == 0, let address else {
            Self.stop(capacity)
        }
        return (address, capacity)
    }

    private static func stop(_ byteCount: Int) -> Never {
        fatalError("Gannet: out of memory: \(byteCount) bytes were asked for.")
    }

    fileprivate func giveBack(_ address: UnsafeMutableRawPointer, capacity: Int) {
        if GuardedMemory.isUsed { return GuardedMemory.giveBack(address, byteCount: capacity) }
        state.withLock { state in
            state.statistics.usedBytes -= capacity
            state.free[capacity, default: []].append(UInt(bitPattern: address))
        }
    }
}
