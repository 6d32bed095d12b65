import CGannetOpenCL
import GannetGraph

/// What the OpenCL loader finds on this machine.
public struct OpenCLPlatforms: Sendable {
    /// The devices of all platforms, in the loader's order; a device's index is its place here.
    public let devices: [OpenCLDevice]
    /// Why there are no devices, or why some were left out: one sentence; nil when all is well.
    public let reason: String?

    /// Looks for devices.
    public static func discover(_ presence: OpenCLLibrary.Presence = OpenCLLibrary.system) -> OpenCLPlatforms
    {
        switch presence {
        case .absent(let reason): OpenCLPlatforms(devices: [], reason: reason)
        case .present(let library): discover(library)
        }
    }

    private static let noDevice =
        "The OpenCL loader finds no device: install pocl-opencl-icd or your GPU's driver."

    private static func discover(_ library: OpenCLLibrary) -> OpenCLPlatforms {
        let functions = library.functions
        var count = cl_uint(0)
        // A loader that knows no platform says so with an error of its own.
        guard functions.clGetPlatformIDs(0, nil, &count) == CL_SUCCESS, count > 0 else {
            return OpenCLPlatforms(devices: [], reason: noDevice)
        }
        var platforms = [cl_platform_id?](repeating: nil, count: Int(count))
        guard functions.clGetPlatformIDs(count, &platforms, nil) == CL_SUCCESS else {
            return OpenCLPlatforms(devices: [], reason: noDevice)
        }
        var devices: [OpenCLDevice] = []
        var complaint: String?
        for case let platform? in platforms {
            var count = cl_uint(0)
            let all = cl_device_type(CL_DEVICE_TYPE_ALL)
            guard functions.clGetDeviceIDs(platform, all, 0, nil, &count) == CL_SUCCESS, count > 0 else {
                continue
            }
            var ids = [cl_device_id?](repeating: nil, count: Int(count))
            guard functions.clGetDeviceIDs(platform, all, count, &ids, nil) == CL_SUCCESS else { continue }
            for case let id? in ids {
                do {
                    let device = try OpenCLDevice(
                        library: library, platform: platform, device: id, index: devices.count)
                    if device.isRecentEnough {
                        devices.append(device)
                    } else {
                        complaint = "\(device.name) implements \(device.version), and OpenCL 1.2 is needed."
                    }
                } catch {
                    complaint = error.message
                }
            }
        }
        return OpenCLPlatforms(devices: devices, reason: devices.isEmpty ? complaint ?? noDevice : complaint)
    }

    /// The device that an unqualified wish for a fast device means: a discrete GPU, else any GPU, else nil.
    public var preferredGPU: OpenCLDevice? {
        devices.first { $0.kind == .discreteGPU } ?? devices.first { $0.kind == .integratedGPU }
    }

    /// The device that a name after "opencl" stands for.
    ///
    /// - Parameter selector: nil or empty for the best device, CPU devices included; an index over all
    ///   platforms; or a part of the device's name, in any case.
    public func device(_ selector: String? = nil) throws(DeviceError) -> OpenCLDevice {
        guard !devices.isEmpty else {
            throw DeviceError(.unavailable, reason ?? Self.noDevice)
        }
        guard let selector, !selector.isEmpty else {
            return preferredGPU ?? devices.first { $0.kind == .cpu } ?? devices[0]
        }
        if let index = Int(selector) {
            if devices.indices.contains(index) { return devices[index] }
            throw DeviceError(
                .unavailable,
                "There is no device opencl:\(index): the last one is opencl:\(devices.count - 1).")
        }
        let wanted = selector.lowercased()
        if let device = devices.first(where: { $0.name.lowercased().contains(wanted) }) { return device }
        let names = devices.map { "opencl:\($0.index) (\($0.name))" }.joined(separator: ", ")
        throw DeviceError(
            .unavailable, "No OpenCL device has a name that contains \"\(selector)\": there is \(names).")
    }
}

extension OpenCLDevice {
    /// Whether the device implements OpenCL 1.2 or later; its version reads "OpenCL 1.2 …".
    fileprivate var isRecentEnough: Bool {
        let words = version.split(separator: " ")
        guard words.count > 1 else { return false }
        let numbers = words[1].split(separator: ".").compactMap { Int($0) }
        guard numbers.count > 1 else { return false }
        return (numbers[0], numbers[1]) >= (1, 2)
    }
}
