import GannetCompiler
import GannetGraph
import GannetOpenCL
import GannetTestSupport
import Testing

/// Products and convolutions whose operands are rounded to fewer bits, on matrix units that are emulated in OpenCL C, so
/// that the kernels around the instruction run on any device.
@Suite(.enabled(if: TestBackends.areFound, "there is no OpenCL device")) struct ProductPrecisionTests {
    /// The precisions that matrix units have.
    static let precisions = ProductPrecision.allCases.filter { $0 != .float32 }

    private static func backend(
        _ precision: ProductPrecision, unit: ProductPrecision
    ) throws(DeviceError) -> OpenCLBackend {
        try OpenCLBackend(
            device: try OpenCLPlatforms.discover().device("0"), style: .gpu, productPrecision: precision,
            emulatedUnit: unit)
    }

    /// One backend a precision: opening one takes long, for it tests the products of large tiles.
    private static let backends: [ProductPrecision: Result<OpenCLBackend, DeviceError>] =
        Dictionary(
            uniqueKeysWithValues: precisions.map { precision in
                (precision, Result { () throws(DeviceError) in try backend(precision, unit: precision) })
            })

    private static func backend(_ precision: ProductPrecision) throws -> OpenCLBackend {
        try #require(backends[precision]).get()
    }

    /// The distance of the numbers next to `x` that the precision has, of the range of `float16`.
    private static func unit(at x: Double, _ precision: ProductPrecision) -> Double {
        Double(sign: .plus, exponent: Int(x.exponent) - (precision == .bfloat16 ? 7 : 10), significand: 1)
    }

    private static func rounded(_ x: Double, to precision: ProductPrecision) -> Double {
        if x == 0 { return x }
        let unit = unit(at: x, precision)
        return (x / unit).rounded(precision == .tf32 ? .toNearestOrAwayFromZero : .toNearestOrEven) * unit
    }

    /// Numbers that rounding leaves as they are: sums are as accurate as those of other kernels.
    private static func harness(_ precision: ProductPrecision) throws -> KernelHarness {
        KernelHarness([try backend(precision)]) { rounded($0, to: precision) }
    }

    @Test(arguments: precisions) func productShapes(_ precision: ProductPrecision) throws {
        try Self.harness(precision).together {
            try $0.productShapes([
                (17, 19, 23), (64, 257, 33), (130, 70, 64), (40, 9, 48), (9, 140, 31), (9, 6, 1030),
                (6, 5, 0),
            ])
        }
    }
    // What fetches operands knows nothing of the precision.
    @Test(arguments: [ProductPrecision.tf32]) func productLayouts(_ precision: ProductPrecision) throws {
        try Self.harness(precision).together { try $0.productLayouts(everyPair: false, m: 21, n: 19, k: 30) }
    }
    @Test func randomProducts() throws {
        try Self.harness(.tf32).together { harness in
            for seed in 100..<103 { try harness.randomProduct(seed: seed) }
        }
    }
    private func shapes(_ precision: ProductPrecision) -> [KernelHarness.ConvolutionShape] {
        let all = KernelHarness.convolutionShapes
        return Array(all.prefix(precision == .tf32 ? 6 : 2))
    }

    @Test(arguments: precisions) func convolutions(_ precision: ProductPrecision) throws {
        try Self.harness(precision).together { harness in
            try harness.convolutions(shapes(precision))
            for seed in 200..<202 { try harness.randomConvolution(seed: seed) }
        }
    }
    @Test(arguments: precisions) func filterGradients(_ precision: ProductPrecision) throws {
        try Self.harness(precision).together { harness in
            try harness.filterGradients(shapes(precision))
            for seed in 200..<202 { try harness.randomFilterGradient(seed: seed) }
        }
    }

    @Test(arguments: precisions) func operandsAreRounded(_ precision: ProductPrecision) throws {
        let (m, n, k) = (37, 45, 50)
        var random = TestRandom(seed: 61)
        func values(_ count: Int) -> [Float] {
            (0..<count).map { number in
                let x = Double(Float.random(in: -2...2, using: &random))
                if number % 3 != 0 { return Float(x) }
                // A number in the middle of two that the precision has.
                let rounded = Self.rounded(x, to: precision)
                return Float(rounded + Self.unit(at: rounded, precision) / 2)
            }
        }
        let (a, b) = (values(m * k), values(k * n))
        let product = Tensor(a).reshape([m, k]).matmul(Tensor(b).reshape([k, n]))
        let result = try Evaluator(try Self.backend(precision)).evaluate([product])[0]
        let sums = Tensor(result, shape: [m, n], scalarType: .float32)
        let actual = try ReferenceEvaluator().values(of: [sums])[0].elements
        var largestEffect = 0.0
        for row in 0..<m {
            for column in 0..<n {
                var (sum, exact, magnitude) = (0.0, 0.0, 0.0)
                for step in 0..<k {
                    let (x, y) = (Double(a[row * k + step]), Double(b[step * n + column]))
                    let rounded = Self.rounded(x, to: precision) * Self.rounded(y, to: precision)
                    (sum, exact, magnitude) = (sum + rounded, exact + x * y, magnitude + abs(rounded))
                }
                let difference = abs(actual[row * n + column] - sum)
                #expect(difference <= 0x1p-21 * magnitude, "seed 61: row \(row), column \(column)")
                largestEffect = max(largestEffect, abs(exact - sum) / magnitude)
            }
        }
        #expect(largestEffect > 0x1p-14, "seed 61: rounding makes no difference to these numbers")
    }

    // MARK: Opening a device

    @Test(arguments: precisions) func aSummaryNamesThePrecision(_ precision: ProductPrecision) throws {
        #expect(try Self.backend(precision).summary.hasSuffix(", products in \(precision)"))
    }

    @Test(arguments: KernelStyle.allCases) func aDeviceWithoutUnitsIsRefused(_ style: KernelStyle) throws {
        let device = try OpenCLPlatforms.discover().device("0")
        if device.vendor.uppercased().contains("NVIDIA"), style == .gpu { return }
        let error = #expect(throws: DeviceError.self) {
            try OpenCLBackend(device: device, style: style, productPrecision: .tf32)
        }
        #expect(error?.message.contains("has no matrix units") == true)
        #expect(error?.message.contains("use the precision float32") == true)
    }

    /// Units that round another way than they should do not pass the test of values.
    @Test(arguments: precisions) func wrongUnitsAreRefused(_ precision: ProductPrecision) throws {
        let unit = precision == .bfloat16 ? ProductPrecision.tf32 : .bfloat16
        let error = #expect(throws: DeviceError.self) { try Self.backend(precision, unit: unit) }
        #expect(error?.message.contains("multiplies wrongly in the precision \(precision)") == true)
    }
}
