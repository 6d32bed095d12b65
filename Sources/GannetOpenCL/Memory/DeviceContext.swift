import CGannetOpenCL
import GannetCompiler
import GannetGraph

/// The context and the in-order queue of one device, with what is on its way through the queue.
final class DeviceContext: @unchecked Sendable {
    let device: OpenCLDevice
    let context: cl_context
    let queue: cl_command_queue
    let pool: BufferPool

    /// Held while the kernels of a program are queued: programs share one arena, and set their kernels' arguments.
    let submission = Guarded(Arena())

    /// The memory that programs use for themselves while they run. The queue is in order, so one will do.
    struct Arena: @unchecked Sendable {
        var memory: cl_mem?
        var capacity = 0
    }

    /// What the queue still uses, with the event that marks the end of that.
    private struct Pending: @unchecked Sendable {
        let event: cl_event
        let objects: [AnyObject]
    }
    private let pending = Guarded<[Pending]>([])

    private var functions: OpenCLFunctions { device.library.functions }

    init(device: OpenCLDevice) throws(DeviceError) {
        self.device = device
        let functions = device.library.functions
        var status = cl_int(0)
        var id: cl_device_id? = device.id
        let properties = [
            cl_context_properties(CL_CONTEXT_PLATFORM), cl_context_properties(bitPattern: device.platformID),
            0,
        ]
        guard let context = functions.clCreateContext(properties, 1, &id, nil, nil, &status) else {
            throw device.library.error(status, "clCreateContext", "", device: device.label)
        }
        let isTimed = CallTimes.areWanted ? cl_command_queue_properties(CL_QUEUE_PROFILING_ENABLE) : 0
        guard let queue = functions.clCreateCommandQueue(context, device.id, isTimed, &status) else {
            _ = functions.clReleaseContext(context)
            throw device.library.error(status, "clCreateCommandQueue", "", device: device.label)
        }
        self.context = context
        self.queue = queue
        pool = BufferPool(device: device, context: context)
    }

    deinit {
        submission.withLock { arena in
            if let memory = arena.memory { pool.giveBack(memory, capacity: arena.capacity) }
        }
        _ = functions.clFinish(queue)
        sweep()
        pool.trim()
        _ = functions.clReleaseCommandQueue(queue)
        _ = functions.clReleaseContext(context)
    }

    /// Copies bytes to the host, after all work queued before.
    func read(_ memory: cl_mem, offset: Int, into destination: UnsafeMutableRawBufferPointer)
        throws(DeviceError)
    {
        guard destination.count > 0 else { return }
        let status = functions.clEnqueueReadBuffer(
            queue, memory, cl_bool(CL_TRUE), offset, destination.count, destination.baseAddress, 0, nil, nil)
        try device.library.check(
            status, "clEnqueueReadBuffer", "\(destination.count) bytes", device: device.label)
        sweep()
    }

    /// Queues a copy from the host, which keeps `host` alive until it is done.
    func write(_ host: HostBuffer, to memory: cl_mem) throws(DeviceError) {
        guard host.byteCount > 0 else { return }
        sweep()
        var event: cl_event?
        let status = functions.clEnqueueWriteBuffer(
            queue, memory, cl_bool(CL_FALSE), 0, host.byteCount, host.address, 0, nil, &event)
        try device.library.check(
            status, "clEnqueueWriteBuffer", "\(host.byteCount) bytes", device: device.label)
        if let event { keep([host], until: event) }
    }

    /// Queues a copy from one place to another on the device.
    func copy(from source: MemoryPlace, to target: MemoryPlace, byteCount: Int) throws(DeviceError) {
        guard byteCount > 0 else { return }
        let status = functions.clEnqueueCopyBuffer(
            queue, source.memory, target.memory, source.offset, target.offset, byteCount, 0, nil, nil)
        try device.library.check(
            status, "clEnqueueCopyBuffer", "\(byteCount) bytes", device: device.label)
    }

    /// Keeps objects alive until an event of the queue; takes over the caller's hold on the event.
    func keep(_ objects: [AnyObject], until event: cl_event) {
        let item = Pending(event: event, objects: objects)
        pending.withLock { $0.append(item) }
    }

    /// The arena, made larger if need be. Only for the holder of `submission`.
    func arena(_ arena: inout Arena, byteCount: Int) throws(DeviceError) -> cl_mem? {
        guard byteCount > arena.capacity else { return arena.memory }
        if let memory = arena.memory { pool.giveBack(memory, capacity: arena.capacity) }
        arena = Arena()
        let (memory, capacity) = try pool.take(byteCount: byteCount)
        arena = Arena(memory: memory, capacity: capacity)
        return memory
    }

    /// Lets go of what the queue no longer uses.
    func sweep() {
        // What is let go of is released outside the lock.
        let released = pending.withLock { pending -> [Pending] in
            guard !pending.isEmpty else { return [] }
            var done = 0
            // The queue is in order: what comes after an unfinished copy is unfinished too.
            for item in pending {
                var state = cl_int(0)
                let status = functions.clGetEventInfo(
                    item.event, cl_event_info(CL_EVENT_COMMAND_EXECUTION_STATUS), MemoryLayout<cl_int>.size,
                    &state, nil)
                guard status == CL_SUCCESS, state <= CL_COMPLETE else { break }
                _ = functions.clReleaseEvent(item.event)
                done += 1
            }
            let released = Array(pending.prefix(done))
            pending.removeFirst(done)
            return released
        }
        _ = consume released
    }

    /// Sends the device what is queued.
    func flush() throws(DeviceError) {
        try device.library.check(functions.clFlush(queue), "clFlush", device: device.label)
    }

    /// Waits until all work is done.
    func finish() throws(DeviceError) {
        try device.library.check(functions.clFinish(queue), "clFinish", device: device.label)
        sweep()
    }
}

extension OpenCLDevice {
    /// The device as messages name it.
    var label: String { "opencl:\(index) (\(name))" }
}
