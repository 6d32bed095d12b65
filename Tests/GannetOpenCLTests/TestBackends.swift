import GannetGraph
import GannetOpenCL
import Testing

/// The backends that these tests run on: each device found, in both styles.
enum TestBackends {
    static let all = backends(makingLoopsOneKernel: true)

    /// The same, but the kernels of every loop are launched in each iteration.
    static let launchingLoops = backends(makingLoopsOneKernel: false)

    private static func backends(makingLoopsOneKernel: Bool) -> [OpenCLBackend] {
        let platforms = OpenCLPlatforms.discover()
        if platforms.devices.isEmpty {
            print("OpenCL tests are skipped: \(platforms.reason ?? "there is no device")")
        }
        return platforms.devices.flatMap { device in
            KernelStyle.allCases.compactMap { style in
                do throws(DeviceError) {
                    return try OpenCLBackend(
                        device: device, style: style, makesLoopsOneKernel: makingLoopsOneKernel)
                } catch {
                    Issue.record("\(error)")
                    return nil
                }
            }
        }
    }

    static let areFound = !OpenCLPlatforms.discover().devices.isEmpty
}
