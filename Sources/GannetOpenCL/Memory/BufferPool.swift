import CGannetOpenCL
import GannetGraph

/// Keeps released buffers of a device for the next one of about the same size, so that a training step allocates
/// nothing after the first ones.
public final class BufferPool: @unchecked Sendable {
    /// How much memory a pool holds.
    public struct Statistics: Sendable, Equatable {
        /// Bytes taken from the device and not given back.
        public var reservedBytes = 0
        /// Bytes of those that are in use.
        public var usedBytes = 0
        /// How often memory was asked of the device.
        public var allocations = 0
    }

    private struct State {
        var free: [Int: [UInt]] = [:]
        var statistics = Statistics()
    }

    /// Bytes at the end of each buffer that no data uses, so that vector loads at the very end stay inside it.
    static let slack = 64

    private let device: OpenCLDevice
    private let context: cl_context
    private let state = Guarded(State())

    init(device: OpenCLDevice, context: cl_context) {
        self.device = device
        self.context = context
    }

    /// What the pool holds now.
    public var statistics: Statistics { state.withLock { $0.statistics } }

    /// Sizes are rounded up to one of eight steps an octave, so that at most an eighth is wasted.
    static func capacity(for byteCount: Int) -> Int {
        if byteCount <= 256 { return 256 }
        let step = 1 << (Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount - 3)
        return (byteCount + step - 1) / step * step
    }

    /// Memory for `byteCount` bytes and its true size. When the device has no more, what nobody uses is freed and
    /// the device asked again.
    func take(byteCount: Int) throws(DeviceError) -> (memory: cl_mem, capacity: Int) {
        let capacity = Self.capacity(for: byteCount)
        let reused = state.withLock { state -> UInt? in
            guard let address = state.free[capacity]?.popLast() else { return nil }
            state.statistics.usedBytes += capacity
            return address
        }
        if let reused, let memory = cl_mem(bitPattern: reused) { return (memory, capacity) }
        var (memory, status) = create(capacity)
        if memory == nil, OpenCLStatus(status).isOutOfMemory {
            trim()
            (memory, status) = create(capacity)
        }
        guard let memory else {
            if OpenCLStatus(status).isOutOfMemory { throw outOfMemory(byteCount, status) }
            throw device.library.error(
                status, "clCreateBuffer", "\(byteCount) bytes", device: device.label)
        }
        state.withLock { state in
            state.statistics.usedBytes += capacity
            state.statistics.reservedBytes += capacity
            state.statistics.allocations += 1
        }
        return (memory, capacity)
    }

    private func create(_ capacity: Int) -> (cl_mem?, cl_int) {
        var status = cl_int(0)
        let memory = device.library.functions.clCreateBuffer(
            context, cl_mem_flags(CL_MEM_READ_WRITE), capacity + Self.slack, nil, &status)
        return (status == CL_SUCCESS ? memory : nil, status)
    }

    private func outOfMemory(_ byteCount: Int, _ status: cl_int) -> DeviceError {
        let used = statistics.usedBytes
        let free = max(0, device.memoryByteCount - used)
        return DeviceError(
            .outOfMemory,
            "\(device.label) has no room for \(byteCount) bytes: of its \(device.memoryByteCount) bytes "
                + "Gannet uses \(used), which leaves at most \(free), and one buffer may have "
                + "\(device.largestBufferByteCount); use a smaller batch.",
            details: "clCreateBuffer gave \(OpenCLStatus(status))")
    }

    /// Takes memory back from a buffer.
    func giveBack(_ memory: cl_mem, capacity: Int) {
        let address = UInt(bitPattern: memory)
        state.withLock { state in
            state.statistics.usedBytes -= capacity
            state.free[capacity, default: []].append(address)
        }
    }

    /// Returns the memory that nobody uses to the device.
    public func trim() {
        let addresses = state.withLock { state in
            let all = state.free
            for (capacity, addresses) in all { state.statistics.reservedBytes -= capacity * addresses.count }
            state.free = [:]
            return all.values.flatMap { $0 }
        }
        for address in addresses {
            _ = device.library.functions.clReleaseMemObject(cl_mem(bitPattern: address))
        }
    }
}
