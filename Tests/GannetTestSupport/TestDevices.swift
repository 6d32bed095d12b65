import Gannet

/// The devices that tests run on: the processor, and the best OpenCL device where there is one.
public enum TestDevices {
    /// All of them.
    public static let all: [Device] = [.cpu] + [openCL].compactMap { $0 }

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
