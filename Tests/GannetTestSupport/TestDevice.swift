import Gannet

/// The devices that tests of backends run on.
public enum TestDevice: String, Sendable, CaseIterable, CustomStringConvertible {
    /// The CPU backend with all its threads.
    case cpu
    /// The best OpenCL device.
    case openCL

    public var description: String { rawValue }

    private static let openCLDevice: Device? = {
        do throws(DeviceError) {
            let device = try Device.named("opencl")
            print("OpenCL tests run on \(device)")
            return device
        } catch {
            print("OpenCL tests are skipped: \(error.message)")
            return nil
        }
    }()

    /// The device; nil, said once on standard output, where there is none.
    public var device: Device? {
        switch self {
        case .cpu: .cpu
        case .openCL: Self.openCLDevice
        }
    }

    /// How many random graphs are compared.
    public var randomGraphCount: Int { 1000 }

    /// How many of them make one program: several where compiling is slow.
    public var graphsPerProgram: Int { self == .cpu ? 1 : 20 }
}

extension ConformanceCase {
    /// What is wrong when `device` computes the case; empty when nothing is.
    public func failures(on device: Device) throws -> [String] {
        try failures { try Tensor.evaluate($0, on: device) }
    }
}

extension GradientCase {
    /// What is wrong with the value and the gradients that `device` computes; empty when nothing is.
    public func failures(on device: Device) throws -> [String] {
        try failures { try Tensor.evaluate($0, on: device) }
    }
}
