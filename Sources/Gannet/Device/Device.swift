import GannetCPU
import GannetCompiler
import GannetGraph
import GannetOpenCL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where tensors are evaluated.
///
/// A device is named at an evaluation (`loss.scalar(on: .cpu)`) or for a scope (``with(_:_:)``); otherwise
/// ``default`` is used. The same graph can be evaluated on one device and then on another.
public struct Device: Sendable, Hashable, CustomStringConvertible {
    /// What evaluates, or why nothing can.
    private let state: Result<Evaluator, DeviceError>

    /// A device that evaluates on a backend of your own.
    public init(_ backend: any Backend, options: DebugOptions = .environment) {
        state = .success(Evaluator(backend, options: options))
    }

    private init(failing error: DeviceError) { state = .failure(error) }

    /// What evaluates here; throws the reason where a device that was asked for is not to be had.
    public func evaluator() throws(DeviceError) -> Evaluator { try state.get() }

    /// The name by which this device can be asked for: "cpu", "opencl:0".
    public var name: String {
        switch state {
        case .success(let evaluator): evaluator.backend.name
        case .failure: "unavailable"
        }
    }

    /// The name, and what the device is.
    public var description: String {
        switch state {
        case .success(let evaluator): "\(evaluator.backend.name): \(evaluator.backend.summary)"
        case .failure(let error): error.message
        }
    }

    /// The tiles that kernels are made with: "built-in", or "tuned" and a digest of what `gannet tune` found; nil for a
    /// device that has none to choose.
    public var tiles: String? {
        guard case .success(let evaluator) = state else { return nil }
        return (evaluator.backend as? OpenCLBackend)?.tiles.title
    }

    public static func == (a: Device, b: Device) -> Bool {
        switch (a.state, b.state) {
        case (.success(let x), .success(let y)): x === y
        case (.failure(let x), .failure(let y)): x == y
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch state {
        case .success(let evaluator): hasher.combine(ObjectIdentifier(evaluator))
        case .failure(let error): hasher.combine(error)
        }
    }
}

// MARK: - Which devices there are

extension Device {
    /// Devices that were asked for before, by what they were asked for.
    private static let known = Guarded<[String: Device]>([:])

    /// The device made by `make`, the first time, for each `key`.
    private static func once(
        _ key: String, _ make: () throws(DeviceError) -> Device
    ) throws(DeviceError) -> Device {
        if let device = known.withLock({ $0[key] }) { return device }
        let made = try make()
        return known.withLock { devices in
            if let first = devices[key] { return first }
            devices[key] = made
            return made
        }
    }

    /// The processor, with as many threads as it has cores, or as `GANNET_THREADS` says; where that says nothing that
    /// makes sense, the device is not to be had.
    public static let cpu: Device = {
        do throws(DeviceError) {
            return Device(
                CPUBackend(threads: try Processors.threadCount(), instructionSet: try .selected()))
        } catch {
            return Device(failing: error)
        }
    }()

    /// The processor, with the given number of threads.
    public static func cpu(threads: Int, file: StaticString = #fileID, line: UInt = #line) -> Device {
        if threads < 1 {
            invalidUse("Device.cpu(threads:)", "\(threads) is not positive", file: file, line: line)
        }
        let device = try? once("cpu:\(threads)") { () throws(DeviceError) in
            Device(CPUBackend(threads: threads))
        }
        return device ?? cpu
    }

    /// An OpenCL device: the best there is, or the one with the given index or with this in its name.
    ///
    /// - Parameters:
    ///   - selector: An index, or a part of a name.
    ///   - productPrecision: What products and convolutions round the numbers that they multiply to; by default what
    ///     `GANNET_PRODUCT_PRECISION` says, else they do not.
    /// - Throws: ``DeviceError`` where there is no such device, it fails its tests, or cannot multiply at the precision.
    public static func opencl(
        _ selector: String? = nil, productPrecision: ProductPrecision? = nil
    ) throws(DeviceError) -> Device {
        var precision = productPrecision
        if precision == nil { precision = try ProductPrecision.ofEnvironment() }
        let chosen = precision ?? .float32
        let device = try OpenCLPlatforms.discover().device(selector)
        return try once("opencl:\(device.index) \(chosen)") { () throws(DeviceError) in
            Device(try OpenCLBackend(tuned: device, productPrecision: chosen))
        }
    }

    /// The device that a user names: `cpu`, `opencl`, `opencl:1`, or `opencl:` and a part of a device's name; and the
    /// precision of its products, as for ``opencl(_:productPrecision:)``. That of the CPU is `float32`.
    public static func named(
        _ name: String, productPrecision: ProductPrecision? = nil
    ) throws(DeviceError) -> Device {
        if name.lowercased() == "cpu" {
            guard let productPrecision, productPrecision != .float32 else { return cpu }
            throw DeviceError(
                .unavailable,
                "The device \"cpu\" multiplies in float32, not in \(productPrecision); name an OpenCL device, or no "
                    + "precision.")
        }
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts[0].lowercased() == "opencl" {
            if parts.count == 1 { return try opencl(productPrecision: productPrecision) }
            if !parts[1].isEmpty {
                return try opencl(String(parts[1]), productPrecision: productPrecision)
            }
        }
        throw DeviceError(
            .unavailable,
            "There is no device \"\(name)\": give cpu, opencl, opencl:N or opencl:NAME (`gannet devices` lists them)."
        )
    }

    /// A device that could be asked for.
    public struct Listing: Sendable, Hashable {
        /// The name to ask for it by.
        public let name: String
        /// What it is.
        public let summary: String
        /// The tiles that kernels are made with, as ``Device/tiles`` says.
        public let tiles: String?
    }

    /// All devices, and a sentence for each kind of which there could be more.
    public static func list() -> (devices: [Listing], remarks: [String]) {
        let platforms = OpenCLPlatforms.discover()
        var devices: [Listing] = []
        var remarks: [String] = []
        do throws(DeviceError) {
            devices.append(Listing(name: "cpu", summary: try cpu.evaluator().backend.summary, tiles: nil))
        } catch {
            remarks.append(error.message)
        }
        devices += platforms.devices.map { device in
            let memory = "\(device.memoryByteCount >> 20) MiB"
            return Listing(
                name: "opencl:\(device.index)",
                summary: "\(device.name), \(device.kind.rawValue), \(memory), \(device.version)",
                tiles: (try? OpenCLBackend.tiles(device, .suiting(device)))?.title)
        }
        return (devices, remarks + (platforms.reason.map { [$0] } ?? []))
    }
}

// MARK: - The default

extension Device {
    @TaskLocal private static var scoped: Device?

    /// The device of the innermost ``with(_:_:)``; otherwise the one that `GANNET_DEVICE` names; otherwise the best
    /// GPU that passes its self-test, and the CPU where there is none.
    public static var `default`: Device { scoped ?? preferred }

    /// Makes `device` the default while `body` runs.
    public static func with<R>(_ device: Device, _ body: () throws -> R) rethrows -> R {
        try $scoped.withValue(device, operation: body)
    }

    private static let preferred: Device = {
        if let name = getenv("GANNET_DEVICE").map({ String(cString: $0) }), !name.isEmpty {
            do throws(DeviceError) {
                return try named(name)
            } catch {
                return Device(
                    failing: DeviceError(
                        error.kind, "GANNET_DEVICE=\(name): \(error.message)", details: error.details))
            }
        }
        do throws(DeviceError) {
            let precision = try ProductPrecision.ofEnvironment()
            let gpu = OpenCLPlatforms.discover().preferredGPU
            // Where another precision is asked for, the CPU's is not given instead.
            if let precision, precision != .float32 {
                guard let gpu else {
                    throw DeviceError(
                        .unavailable,
                        "GANNET_PRODUCT_PRECISION is \(precision), and there is no GPU; leave it out, or name the "
                            + "device \"cpu\" to multiply in float32.")
                }
                return try opencl("\(gpu.index)", productPrecision: precision)
            }
            guard let gpu, let device = try? opencl("\(gpu.index)", productPrecision: .float32) else {
                return cpu
            }
            return device
        } catch {
            return Device(failing: error)
        }
    }()
}
