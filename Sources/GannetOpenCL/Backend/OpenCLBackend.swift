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

    /// What products and convolutions round the numbers that they multiply to.
    public let productPrecision: ProductPrecision

    /// Opens a device, and tests it: it must give the random numbers that every device gives, and multiply at the
    /// precision that is wanted.
    ///
    /// - Parameters:
    ///   - device: One that ``OpenCLPlatforms`` found.
    ///   - style: How kernels are written; nil for what suits the device.
    ///   - productPrecision: What products and convolutions round the numbers that they multiply to.
    ///   - makesLoopsOneKernel: Whether a loop whose body is small becomes one kernel; otherwise the kernels of
    ///     every loop are launched in each iteration.
    ///   - tiles: Which tiles kernels are made with: what a ``TileTuner`` found on such a device and driver, for that
    ///     style.
    /// - Throws: ``DeviceError``, also when the device fails a test or cannot multiply at the precision.
    public convenience init(
        device: OpenCLDevice, style: KernelStyle? = nil, productPrecision: ProductPrecision = .float32,
        makesLoopsOneKernel: Bool = true, tiles: TileTable = .builtIn
    ) throws(DeviceError) {
        try self.init(
            device: device, style: style, productPrecision: productPrecision,
            makesLoopsOneKernel: makesLoopsOneKernel, tiles: tiles, winograd: .whereFaster)
    }

    /// Opens a device that makes convolutions by Winograd's filtering when `winograd` says, and on which plain OpenCL C may
    /// stand for matrix units of the precision `emulatedUnit`: for tests.
    package init(
        device: OpenCLDevice, style: KernelStyle? = nil, productPrecision: ProductPrecision = .float32,
        makesLoopsOneKernel: Bool = true, tiles: TileTable = .builtIn,
        winograd: WinogradUse = .whereFaster, emulatedUnit: ProductPrecision? = nil
    ) throws(DeviceError) {
        self.device = device
        self.productPrecision = productPrecision
        if let style {
            self.style = style
        } else {
            self.style = try KernelStyle.suiting(device)
        }
        name = "opencl:\(device.index)"
        summary =
            "\(device.name), \(device.kind.rawValue), \(device.platform), kernels in \(self.style.rawValue) style"
            + (productPrecision == .float32 ? "" : ", products in \(productPrecision.rawValue)")
        let unit = try TensorUnit.unit(
            of: device, style: self.style, precision: productPrecision, emulated: emulatedUnit)
        context = try DeviceContext(device: device)
        target = KernelTarget(
            style: self.style, computeUnits: device.computeUnits, largestGroup: device.largestGroup,
            makesLoopsOneKernel: makesLoopsOneKernel, winograd: winograd, tensorUnit: unit,
            family: DeviceFamily(of: device), localMemoryByteCount: device.localMemoryByteCount, tiles: tiles)
        try OpenCLSelfTest.run(on: self)
        if unit != nil {
            try ProductPrecisionTest.run(on: self, target: target, precision: productPrecision)
        }
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
    ///   - productPrecision: What products and convolutions round the numbers that they multiply to, with the
    ///     instructions of NVIDIA's GPUs; the CPU style multiplies in `float32` alone.
    ///   - family: Whose device it is.
    ///   - tiles: Which tiles kernels are made with.
    public static func source(
        of program: Program, style: KernelStyle, computeUnits: Int, largestGroup: Int,
        productPrecision: ProductPrecision = .float32, family: DeviceFamily = .other,
        tiles: TileTable = .builtIn
    ) -> String {
        if style == .cpu, productPrecision != .float32 {
            invalidUse(
                "OpenCLBackend.source(of:style:computeUnits:largestGroup:productPrecision:family:tiles:)",
                "kernels in cpu style multiply in float32, not in \(productPrecision)")
        }
        let target = KernelTarget(
            style: style, computeUnits: computeUnits, largestGroup: largestGroup,
            tensorUnit: productPrecision == .float32 ? nil : TensorUnit(precision: productPrecision),
            family: family, localMemoryByteCount: family.leastLocalMemoryByteCount, tiles: tiles)
        return ProgramSource(program, target: target).text
    }
}
