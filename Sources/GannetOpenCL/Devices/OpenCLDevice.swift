import CGannetOpenCL
import GannetGraph

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One device that the OpenCL loader found, with what it says about itself.
public struct OpenCLDevice: @unchecked Sendable, CustomStringConvertible {
    /// What kind of processor a device is.
    public enum Kind: String, Sendable, Hashable {
        /// A GPU with memory of its own.
        case discreteGPU = "discrete GPU"
        /// A GPU that shares the host's memory.
        case integratedGPU = "integrated GPU"
        /// Processor cores.
        case cpu = "CPU"
        /// Anything else.
        case accelerator = "accelerator"
    }

    /// The device's number over all platforms, as in "opencl:0".
    public let index: Int
    /// The device's name, as its driver gives it.
    public let name: String
    /// Who made the device.
    public let vendor: String
    /// The name of the platform that the device belongs to.
    public let platform: String
    /// The version of OpenCL that the device implements, "OpenCL 3.0 …".
    public let version: String
    /// The version of its driver.
    public let driver: String
    /// What kind of processor it is.
    public let kind: Kind
    /// The device's memory, in bytes.
    public let memoryByteCount: Int
    /// The largest buffer, in bytes.
    public let largestBufferByteCount: Int
    /// The number of compute units.
    public let computeUnits: Int
    /// The most work-items in a group.
    public let largestGroup: Int
    /// The bytes of local memory that a group may have.
    public let localMemoryByteCount: Int
    /// The highest clock rate, in MHz; 0 where the driver does not know it.
    public let clockMegahertz: Int
    /// The extensions that the driver says it has, in alphabetical order.
    public let extensions: [String]
    /// Whether division and square root can be correctly rounded.
    public let roundsDivisionCorrectly: Bool

    let library: OpenCLLibrary
    let platformID: cl_platform_id
    let id: cl_device_id

    public var description: String {
        "opencl:\(index) \(name) (\(kind.rawValue), \(memoryByteCount >> 20) MiB, \(version))"
    }

    init(library: OpenCLLibrary, platform: cl_platform_id, device: cl_device_id, index: Int)
        throws(DeviceError)
    {
        self.library = library
        platformID = platform
        id = device
        self.index = index
        let query = DeviceQuery(library: library, platform: platform, device: device, number: index)
        name = try query.text(CL_DEVICE_NAME)
        vendor = try query.text(CL_DEVICE_VENDOR)
        self.platform = try query.platformText(CL_PLATFORM_NAME)
        version = try query.text(CL_DEVICE_VERSION)
        driver = try query.text(CL_DRIVER_VERSION)
        memoryByteCount = Int(clamping: try query.value(CL_DEVICE_GLOBAL_MEM_SIZE, cl_ulong.self))
        largestBufferByteCount = Int(clamping: try query.value(CL_DEVICE_MAX_MEM_ALLOC_SIZE, cl_ulong.self))
        computeUnits = Int(try query.value(CL_DEVICE_MAX_COMPUTE_UNITS, cl_uint.self))
        largestGroup = try query.value(CL_DEVICE_MAX_WORK_GROUP_SIZE, Int.self)
        localMemoryByteCount = Int(clamping: try query.value(CL_DEVICE_LOCAL_MEM_SIZE, cl_ulong.self))
        clockMegahertz = Int(try query.value(CL_DEVICE_MAX_CLOCK_FREQUENCY, cl_uint.self))
        extensions = try query.text(CL_DEVICE_EXTENSIONS).split(separator: " ").map(String.init).sorted()
        let floats = try query.value(CL_DEVICE_SINGLE_FP_CONFIG, cl_device_fp_config.self)
        roundsDivisionCorrectly = floats & cl_device_fp_config(CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0
        let type = try query.value(CL_DEVICE_TYPE, cl_device_type.self)
        let unified = try query.value(CL_DEVICE_HOST_UNIFIED_MEMORY, cl_bool.self) != 0
        kind =
            type & cl_device_type(CL_DEVICE_TYPE_GPU) != 0
            ? (unified ? .integratedGPU : .discreteGPU)
            : type & cl_device_type(CL_DEVICE_TYPE_CPU) != 0 ? .cpu : .accelerator
    }
}

/// Asks a device and its platform about themselves.
private struct DeviceQuery {
    let library: OpenCLLibrary
    let platform: cl_platform_id
    let device: cl_device_id
    let number: Int

    func value<Value: FixedWidthInteger>(_ key: Int32, _: Value.Type) throws(DeviceError) -> Value {
        var result = Value(0)
        let status = library.functions.clGetDeviceInfo(
            device, cl_device_info(key), MemoryLayout<Value>.size, &result, nil)
        try library.check(status, "clGetDeviceInfo", device: "opencl:\(number)")
        return result
    }

    func text(_ key: Int32) throws(DeviceError) -> String {
        try read("clGetDeviceInfo") { count, bytes, needed in
            library.functions.clGetDeviceInfo(device, cl_device_info(key), count, bytes, needed)
        }
    }

    func platformText(_ key: Int32) throws(DeviceError) -> String {
        try read("clGetPlatformInfo") { count, bytes, needed in
            library.functions.clGetPlatformInfo(platform, cl_platform_info(key), count, bytes, needed)
        }
    }

    private func read(
        _ call: String, _ get: (Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> cl_int
    ) throws(DeviceError) -> String {
        var count = 0
        try library.check(get(0, nil, &count), call, device: "opencl:\(number)")
        var bytes = [UInt8](repeating: 0, count: count)
        try library.check(get(count, &bytes, nil), call, device: "opencl:\(number)")
        let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
