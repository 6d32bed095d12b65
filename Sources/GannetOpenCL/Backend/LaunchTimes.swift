import CGannetOpenCL
import GannetGraph

/// How long the launches of one run of a program took on the device, added up for each call; a queue keeps these times
/// when it was made so.
final class LaunchTimes {
    /// The call that launches are of.
    var call = 0
    /// Seconds of each call's launches that were waited for.
    private(set) var seconds: [Double]

    private let context: DeviceContext
    private var launches: [(event: cl_event, call: Int)] = []

    init(calls: Int, context: DeviceContext) {
        seconds = Array(repeating: 0, count: calls)
        self.context = context
    }

    deinit { release() }

    /// Queues a kernel through `launch`.
    func launch(_ launch: (UnsafeMutablePointer<cl_event?>?) throws(DeviceError) -> Void) throws(DeviceError)
    {
        var event: cl_event?
        try launch(&event)
        if let event { launches.append((event, call)) }
    }

    /// Waits for what was launched, and adds its times.
    func wait() throws(DeviceError) {
        defer { release() }
        try context.finish()
        for (event, call) in launches {
            let begin = try time(CL_PROFILING_COMMAND_START, of: event)
            let end = try time(CL_PROFILING_COMMAND_END, of: event)
            if end > begin { seconds[call] += Double(end - begin) * 1e-9 }
        }
    }

    /// Nanoseconds of the device's clock.
    private func time(_ moment: Int32, of event: cl_event) throws(DeviceError) -> UInt64 {
        var nanoseconds = UInt64(0)
        let status = context.device.library.functions.clGetEventProfilingInfo(
            event, cl_profiling_info(moment), MemoryLayout<UInt64>.size, &nanoseconds, nil)
        try context.device.library.check(
            status, "clGetEventProfilingInfo", "the time of a kernel", device: context.device.label)
        return nanoseconds
    }

    private func release() {
        for (event, _) in launches { _ = context.device.library.functions.clReleaseEvent(event) }
        launches.removeAll()
    }
}
