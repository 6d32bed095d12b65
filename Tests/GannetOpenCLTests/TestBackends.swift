import GannetCompiler
import GannetGraph
import GannetOpenCL
import Testing

/// The backends that these tests run on: each device found, in both styles.
enum TestBackends {
    static let all = backends(makingLoopsOneKernel: true)

    /// The same, but the kernels of every loop are launched in each iteration.
    static let launchingLoops = backends(makingLoopsOneKernel: false)

    /// The same, but convolutions are made by Winograd's minimal filtering wherever that is possible.
    static let byWinograd = backends(makingLoopsOneKernel: true, winograd: .wherePossible)

    private static func backends(
        makingLoopsOneKernel: Bool, winograd: WinogradUse = .whereFaster
    ) -> [OpenCLBackend] {
        let platforms = OpenCLPlatforms.discover()
        if platforms.devices.isEmpty {
            print("OpenCL tests are skipped: \(platforms.reason ?? "there is no device")")
        }
        return platforms.devices.flatMap { device in
            KernelStyle.allCases.compactMap { style in
                do throws(DeviceError) {
                    return try OpenCLBackend(
                        device: device, style: style, makesLoopsOneKernel: makingLoopsOneKernel,
                        winograd: winograd)
                } catch {
                    Issue.record("\(error)")
                    return nil
                }
            }
        }
    }

    static let areFound = !OpenCLPlatforms.discover().devices.isEmpty
}
