// STAND-IN until the OpenCL backend lands: delete this file with the commit that brings the real types.
import GannetCompiler
import GannetGraph

public struct OpenCLDevice: Sendable, CustomStringConvertible {
    public let index: Int
    public var description: String { "stand-in" }
}
public struct OpenCLPlatforms: Sendable {
    public let devices: [OpenCLDevice] = []
    public let reason: String? = "no OpenCL yet"
    public static func discover() -> OpenCLPlatforms { OpenCLPlatforms() }
    public var preferredGPU: OpenCLDevice? { nil }
    public func device(_ selector: String? = nil) throws(DeviceError) -> OpenCLDevice {
        throw DeviceError(.unavailable, "no OpenCL yet")
    }
}
public final class OpenCLBackend: Backend {
    public init(device: OpenCLDevice) throws(DeviceError) {}
    public let name = "opencl"
    public let summary = ""
    public let limits = BackendLimits()
    public func compile(_ program: Program) throws(DeviceError) -> any Executable { fatalError() }
    public func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer { fatalError() }
    public func upload(_ bytes: HostBuffer) throws(DeviceError) -> any DeviceBuffer { bytes }
    public func synchronize() throws(DeviceError) {}
}
