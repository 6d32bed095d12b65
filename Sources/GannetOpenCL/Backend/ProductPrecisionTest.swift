import GannetCompiler
import GannetGraph

/// What a device is asked before its matrix units are used: products of random numbers, which are compared with those of
/// the rounded numbers.
enum ProductPrecisionTest {
    /// The largest difference, in sums of the products' magnitudes. Numbers that are not rounded, or rounded another way, are
    /// some 2⁻¹³ of that away; units that cut off what they add are off by 2⁻²³ a step.
    private static let tolerance = 0x1p-18

    /// Multiplies on `backend`, with its own tiles and with the largest.
    static func run(
        on backend: OpenCLBackend, target: KernelTarget, precision: ProductPrecision
    ) throws(DeviceError) {
        var largest = target
        // Whatever there is to do fills a device without compute units.
        largest.computeUnits = 0
        for (target, m, n, k) in [(target, 64, 64, 64), (largest, 128, 128, 80)] {
            try run(on: backend, target, precision, m: m, n: n, k: k)
        }
    }

    private static func run(
        on backend: OpenCLBackend, _ target: KernelTarget, _ precision: ProductPrecision, m: Int, n: Int,
        k: Int
    ) throws(DeviceError) {
        let key = SIMD4<UInt32>(0xA409_3822, 0x299F_31D0, 0x0313_198A, UInt32(k))
        let numbers = (0..<m * k + k * n).map { index in
            Float(Int32(bitPattern: Philox.word(UInt64(index), key: key))) * 0x1p-31
        }
        let (a, b) = (Array(numbers[..<(m * k)]), Array(numbers[(m * k)...]))
        var outputs: [any DeviceBuffer] = []
        do throws(DeviceError) {
            let inputs = [try Storage(a).buffer(on: backend), try Storage(b).buffer(on: backend)]
            outputs = [try backend.allocate(byteCount: 4 * m * n)]
            try OpenCLExecutable(program(m: m, n: n, k: k), target: target, context: backend.context)
                .run(inputs: inputs, outputs: outputs, observer: nil)
        } catch {
            guard error.kind == .compilation else { throw error }
            throw DeviceError(
                .unavailable,
                "The driver of \(backend.device.label), \(backend.device.driver), does not compile products of the "
                    + "precision \(precision); use the precision float32, or a GPU of compute capability 8.0 or later.",
                details: error.details)
        }
        let host = HostBuffer(byteCount: 4 * m * n)
        try outputs[0].read(into: host.bytes)
        let sums = UnsafeRawBufferPointer(host.bytes).bindMemory(to: Float.self)
        let left = a.map { Double(precision.rounded($0)) }
        let right = b.map { Double(precision.rounded($0)) }
        for row in 0..<m {
            for column in 0..<n {
                var (sum, magnitude) = (0.0, 0.0)
                for step in 0..<k {
                    let product = left[row * k + step] * right[step * n + column]
                    sum += product
                    magnitude += abs(product)
                }
                // NaN is not near anything.
                if abs(Double(sums[row * n + column]) - sum) <= tolerance * magnitude { continue }
                throw DeviceError(
                    .unavailable,
                    "\(backend.device.label) multiplies wrongly in the precision \(precision): row \(row), column "
                        + "\(column) of a product is \(sums[row * n + column]), and must be \(Float(sum)) (driver "
                        + "\(backend.device.driver)); use the precision float32, or another driver.")
            }
        }
    }

    /// The program that multiplies matrices [m, k] and [k, n].
    private static func program(m: Int, n: Int, k: Int) -> Program {
        let product = Kernel.MatrixProduct(
            batch: 1, m: m, n: n, k: k,
            a: .init(input: 0, offset: 0, batchStride: 0, rowStride: k, columnStride: 1),
            b: .init(input: 1, offset: 0, batchStride: 0, rowStride: n, columnStride: 1),
            epilogue: .storingAccumulator(.float32))
        return Program(
            .matrixProduct(product), inputs: [m * k, k * n].map { .init(shape: [$0], scalarType: .float32) },
            outputs: [.init(shape: [m * n], scalarType: .float32)], label: "precision test")
    }
}
