import CGannetOpenCL
import GannetCompiler
import GannetGraph

/// One OpenCL device, that compiles programs to OpenCL C and runs them in order, without waiting until a value is
/// read.
public final class OpenCLBackend: Backend {
    public let name: String
    public let summary: String
    // A kernel's arguments may take 1024 bytes on the least of devices; a buffer takes sixteen.
    public let limits = BackendLimits()

    /// The device.
    public let device: OpenCLDevice
    /// How kernels are written for it.
    public let style: KernelStyle
    /// Which tiles they are made with.
    public var tiles: TileTable { target.tiles }

    let context: DeviceContext
    let target: KernelTarget

    /// Opens a device, and tests it: it must give the random numbers that every device gives.
    ///
    /// - Parameters:
    ///   - device: One that ``OpenCLPlatforms`` found.
    ///   - style: How kernels are written; nil for what suits the device.
    ///   - makesLoopsOneKernel: Whether a loop whose body is small becomes one kernel; otherwise the kernels of
    ///     every loop are launched in each iteration.
    ///   - tiles: Which tiles kernels are made with: what a ``TileTuner`` found on such a device and driver, for that
    ///     style.
    /// - Throws: ``DeviceError``, also when the device fails the test.
    public init(
        device: OpenCLDevice, style: KernelStyle? = nil, makesLoopsOneKernel: Bool = true,
        tiles: TileTable = .builtIn
    ) throws(DeviceError) {
        self.device = device
        if let style {
            self.style = style
        } else {
            self.style = try KernelStyle.suiting(device)
        }
        name = "opencl:\(device.index)"
        summary =
            "\(device.name), \(device.kind.rawValue), \(device.platform), kernels in \(self.style.rawValue) style"
        context = try DeviceContext(device: device)
        target = KernelTarget(
            style: self.style, computeUnits: device.computeUnits, largestGroup: device.largestGroup,
            makesLoopsOneKernel: makesLoopsOneKernel, family: DeviceFamily(of: device),
            localMemoryByteCount: device.localMemoryByteCount, tiles: tiles)
        try OpenCLSelfTest.run(on: self)
    }

    /// What the device's memory pool holds.
    public var poolStatistics: BufferPool.Statistics { context.pool.statistics }

    public func compile(_ program: Program) throws(DeviceError) -> any Executable {
        try OpenCLExecutable(program, target: target, context: context)
    }

    public func allocate(byteCount: Int) throws(DeviceError) -> any DeviceBuffer {
        let (memory, capacity) = try context.pool.take(byteCount: byteCount)
        return OpenCLBuffer(byteCount: byteCount, memory: memory, capacity: capacity, context: context)
    }

    public func upload(_ bytes: HostBuffer) throws(DeviceError) -> any DeviceBuffer {
        let (memory, capacity) = try context.pool.take(byteCount: bytes.byteCount)
        let buffer = OpenCLBuffer(
            byteCount: bytes.byteCount, memory: memory, capacity: capacity, context: context)
        try context.write(bytes, to: memory)
        return buffer
    }

    public func synchronize() throws(DeviceError) { try context.finish() }

    /// The OpenCL C that a program becomes.
    public func source(of program: Program) -> String { ProgramSource(program, target: target).text }

    /// The OpenCL C that a program becomes for a device that need not be there.
    ///
    /// - Parameters:
    ///   - style: How kernels are written.
    ///   - computeUnits: The number of the device's compute units.
    ///   - largestGroup: The most work-items in a group.
    ///   - family: Whose device it is.
    ///   - tiles: Which tiles kernels are made with.
    public static func source(
        of program: Program, style: KernelStyle, computeUnits: Int, largestGroup: Int,
        family: DeviceFamily = .other, tiles: TileTable = .builtIn
    ) -> String {
        let target = KernelTarget(
            style: style, computeUnits: computeUnits, largestGroup: largestGroup, family: family,
            localMemoryByteCount: family.leastLocalMemoryByteCount, tiles: tiles)
        return ProgramSource(program, target: target).text
    }
}
