import CGannetOpenCL
import GannetGraph

/// Keeps the host from running too far ahead of the device: drivers keep a record of each kernel that waits in the
/// queue, and a loop of many iterations would fill the memory with them.
struct QueuePace: ~Copyable {
    /// So many launches are one stretch; at most two stretches wait in the queue.
    static let stretch = 4096

    /// Where kernels are queued.
    let context: DeviceContext
    /// What is told of every launch, where times are taken.
    let times: LaunchTimes?
    /// What is told of the next loop's iterations.
    var report = LoopProgress.report
    private var launches = 0
    private var mark: cl_event?

    init(context: DeviceContext, times: LaunchTimes? = nil) {
        self.context = context
        self.times = times
    }

    deinit { if let mark { _ = context.device.library.functions.clReleaseEvent(mark) } }

    /// Queues a kernel through `launch`, which is given a place for an event where one is wanted.
    mutating func launch(
        _ launch: (UnsafeMutablePointer<cl_event?>?) throws(DeviceError) -> Void
    ) throws(DeviceError) {
        launches += 1
        if let times {
            try times.launch(launch)
            if launches % Self.stretch == 0 { try times.wait() }
            return
        }
        guard launches % Self.stretch == 0 else { return try launch(nil) }
        var event: cl_event?
        try launch(&event)
        try context.flush()
        var earlier = mark
        mark = event
        guard let finished = earlier else { return }
        let functions = context.device.library.functions
        let status = functions.clWaitForEvents(1, &earlier)
        _ = functions.clReleaseEvent(finished)
        try context.device.library.check(status, "clWaitForEvents", device: context.device.label)
    }
}
