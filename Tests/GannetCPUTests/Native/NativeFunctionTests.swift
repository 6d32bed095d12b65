import Foundation
import GannetCPU
import GannetCompiler
import GannetGraph
import Testing

/// The elementary functions in machine code against `Double`, over a sample of all arguments.
@Suite struct NativeFunctionTests {
    /// The function at each of `arguments`, a bit pattern each.
    private func values(
        _ function: UnaryFunction, _ arguments: [UInt32], _ instructionSet: InstructionSet
    ) -> [Float] {
        var expression = GannetCompiler.Expression()
        let x = expression.append(
            .load(input: 0, view: View(contiguous: [arguments.count])), type: .float32)
        let y = expression.append(.unary(function, x), type: .float32)
        expression.stores = [.init(value: y, output: 0)]
        return BlockRun.results(
            expression, .best(for: instructionSet), inputs: [arguments.map { Float(bitPattern: $0) }])
    }

    private static let sample = stride(from: UInt64(0), through: UInt64(UInt32.max), by: 2003).map {
        UInt32($0)
    }
    /// Zeros, subnormal numbers, infinities, NaN, limits and their neighbours.
    private static let specials: [UInt32] = [
        0, 1, 0x7F_FFFF, 0x80_0000, 0x3F80_0000, 0x3F7F_FFFF, 0x7F7F_FFFF, 0x7F80_0000, 0x7FC0_0000,
        0x42B1_7217, 0x42B1_7218, 0x42B2_0000, 0x42CF_F1B5, 0x42D0_0000, 0x3F20_0000, 0x3F1F_FFFF,
        0x3F6C_CCCD,
        0x4080_0000, 0x4B00_0000, 0x3FC0_0000, 0x4020_0000,
    ].flatMap { [$0, $0 | 0x8000_0000] }

    @Test(arguments: NativeExpressionTests.native)
    func functionsAreExactEnough(_ instructionSet: InstructionSet) {
        let functions: [(UnaryFunction, Double, (Double) -> Double)] = [
            (.exponential, 2, { exp($0) }), (.logarithm, 2, { $0 < 0 ? .nan : log($0) }),
            (.hyperbolicTangent, 2, { tanh($0) }), (.errorFunction, 4, { erf($0) }),
            (.sine, 2, { sin($0) }), (.cosine, 2, { cos($0) }),
            (.squareRoot, 0.5, { $0.squareRoot() }), (.floor, 0, { floor($0) }), (.ceiling, 0, { ceil($0) }),
            (.round, 0, { $0.rounded(.toNearestOrEven) }),
        ]
        let rejections = NativeExpressions.rejections {
            compare(functions, Self.sample + Self.specials, instructionSet)
        }
        #expect(rejections == 0)
        #expect(NativeExpressions.wrongCount == 0)
    }

    /// Expects that no value of each function is more units off than its limit.
    private func compare(
        _ functions: [(UnaryFunction, Double, (Double) -> Double)], _ arguments: [UInt32],
        _ instructionSet: InstructionSet
    ) {
        for (function, limit, exact) in functions {
            let values = values(function, arguments, instructionSet)
            var worst = (ulps: 0.0, at: Float(0))
            for (bits, value) in zip(arguments, values) {
                let x = Float(bitPattern: bits)
                let error = VectorMathematicsTests.ulps(value, exact(Double(x)))
                if error > worst.ulps { worst = (error, x) }
            }
            print("\(instructionSet) \(function): largest error \(worst.ulps) ulp at \(worst.at)")
            #expect(worst.ulps <= limit, "\(instructionSet) \(function) at \(worst.at)")
        }
    }
}
