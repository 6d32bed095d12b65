import CGannetOpenCL
import GannetGraph

/// A buffer of an OpenCL device; its memory returns to the pool when it is released.
///
/// Releasing it while the queue still has work on it is safe: the queue is in order, and whoever gets the memory
/// next uses it through the same queue.
public final class OpenCLBuffer: DeviceBuffer, @unchecked Sendable {
    /// The number of bytes that hold data.
    public let byteCount: Int

    let memory: cl_mem
    let context: DeviceContext
    private let capacity: Int

    /// Wraps memory of the pool.
    init(byteCount: Int, memory: cl_mem, capacity: Int, context: DeviceContext) {
        self.byteCount = byteCount
        self.memory = memory
        self.capacity = capacity
        self.context = context
    }

    deinit { context.pool.giveBack(memory, capacity: capacity) }

    public func read(into destination: UnsafeMutableRawBufferPointer) throws(DeviceError) {
        guard destination.count > 0 else { return }
        guard destination.count <= byteCount else {
            throw DeviceError(
                .execution, "\(destination.count) bytes were asked of a buffer of \(byteCount) bytes.")
        }
        try context.read(memory, offset: 0, into: destination)
    }
}
