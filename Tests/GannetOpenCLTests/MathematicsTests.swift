import Foundation
import GannetGraph
import GannetOpenCL
import Testing

/// The elementary functions against the C library's in double precision.
@Suite(.enabled(if: TestBackends.areFound, "there is no OpenCL device")) struct MathematicsTests {
    /// Numbers of all magnitudes, and many where the functions are interesting.
    private static let arguments: [Float] = {
        var result: [Float] = []
        // Every 40,009th of all finite floats of both signs.
        for bits in stride(from: UInt32(0), to: 0x7F80_0000, by: 40_009) {
            result += [Float(bitPattern: bits), Float(bitPattern: bits | 0x8000_0000)]
        }
        for step in 0..<60_000 { result.append(Float(step) * 0.0005 - 15) }
        return result
    }()

    private static func ulps(_ x: Float, _ exact: Double) -> Double {
        let rounded = Float(exact)
        if x == rounded || (x.isNaN && rounded.isNaN) { return 0 }
        if x.isNaN || rounded.isNaN || x.isInfinite != rounded.isInfinite { return .infinity }
        return abs(Double(x) - exact) / Double(max(rounded.magnitude.ulp, Float.leastNonzeroMagnitude))
    }

    @Test(arguments: KernelStyle.allCases) func errorsAreSmall(style: KernelStyle) throws {
        let functions: [(UnaryFunction, Double, (Double) -> Double, (Float) -> Bool)] = [
            (.exponential, 2, { exp($0) }, { _ in true }),
            (.logarithm, 2, { $0 < 0 ? .nan : log($0) }, { _ in true }),
            (.hyperbolicTangent, 2, { tanh($0) }, { _ in true }),
            (.errorFunction, 4, { erf($0) }, { _ in true }),
            (.sine, 2, { sin($0) }, { abs($0) <= 1e5 }),
            (.cosine, 2, { cos($0) }, { abs($0) <= 1e5 }),
            (.squareRoot, 0.5, { $0.squareRoot() }, { _ in true }),
            (.floor, 0, { floor($0) }, { _ in true }),
            (.round, 0, { $0.rounded(.toNearestOrEven) }, { _ in true }),
        ]
        for backend in TestBackends.all where backend.style == style {
            let input = try backend.upload(HostBuffer(Self.arguments))
            for (function, limit, exact, applies) in functions {
                let output = try backend.allocate(byteCount: Self.arguments.count * 4)
                try backend.compile(Programs.unary(function, count: Self.arguments.count)).run(
                    inputs: [input], outputs: [output], observer: nil)
                var worst = (error: 0.0, argument: Float(0))
                for (x, y) in zip(Self.arguments, try output.floats()) where applies(x) {
                    let error = Self.ulps(y, exact(Double(x)))
                    if error > worst.error { worst = (error, x) }
                }
                print("\(function) in \(style) style: largest error \(worst.error) ulp at \(worst.argument)")
                #expect(worst.error <= limit, "\(function) at \(worst.argument)")
            }
        }
    }
}
