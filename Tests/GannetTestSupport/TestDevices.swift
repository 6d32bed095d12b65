import Gannet
import GannetOpenCL

/// The devices that tests run on: the processor, and the best OpenCL device where there is one.
public enum TestDevices {
    /// All of them.
    public static let all: [Device] = [.cpu] + [openCL].compactMap { $0 }

    /// What the tool's `--device` calls them.
    public static let kinds: [String] = ["cpu", "opencl"].prefix(all.count).map(\.self)

    /// All of them, the OpenCL device once for each style in which kernels are written.
    public static let everyStyle: [Device] =
        [.cpu]
        + (openCL == nil
            ? []
            : KernelStyle.allCases.map { style in
                do throws(DeviceError) {
                    let device = try OpenCLPlatforms.discover().device(nil)
                    return Device(try OpenCLBackend(device: device, style: style))
                } catch {
                    fatalError("no OpenCL device with kernels of the style \(style): \(error)")
                }
            })

    private static let openCL: Device? = {
        do throws(DeviceError) {
            let device = try Device.opencl()
            print("OpenCL tests run on \(device)")
            return device
        } catch {
            print("OpenCL tests are skipped: \(error.message)")
            return nil
        }
    }()
}
