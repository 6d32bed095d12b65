import Gannet

/// The devices that tests of models and layers run on: the processor, and the best OpenCL device where there is one.
public enum TestDevices {
    /// All of them.
    public static let all: [Device] = [.cpu] + [try? Device.opencl()].compactMap { $0 }
}
