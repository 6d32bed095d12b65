import Foundation
import GannetCPU
import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// The elementary functions in machine code against `Double`, over a sample of all arguments.
@Suite struct NativeFunctionTests {
    /// The function at each of `arguments`, a bit pattern each.
    private func values(
        _ function: UnaryFunction, _ arguments: [UInt32], _ instructionSet: InstructionSet
    ) throws -> [Float] {
        var expression = GannetCompiler.Expression()
        let x = expression.append(
            .load(input: 0, view: View(contiguous: [arguments.count])), type: .float32)
        let y = expression.append(.unary(function, x), type: .float32)
        expression.stores = [.init(value: y, output: 0)]
        let evaluator = Tier.best(for: instructionSet).makeEvaluator(expression, [.float32], false)
        let frame = HostBuffer(byteCount: evaluator.frameByteCount)
        let input = HostBuffer(byteCount: arguments.count * 4 + 64)
        let output = HostBuffer(byteCount: arguments.count * 4)
        arguments.withUnsafeBytes { input.bytes.copyMemory(from: $0) }
        withUnsafePointer(to: input.address) { inputs in
            withUnsafePointer(to: output.address) { outputs in
                evaluator.begin(frame.address, KernelBuffers(inputs: inputs, outputs: outputs))
                for start in stride(from: 0, to: arguments.count, by: 500) {
                    evaluator.evaluate(
                        frame.address, from: start, count: min(500, arguments.count - start), accumulator: nil
                    )
                }
            }
        }
        return withExtendedLifetime((frame, input, output)) {
            (0..<arguments.count).map { output.address.load(fromByteOffset: $0 * 4, as: Float.self) }
        }
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
    func functionsAreExactEnough(_ instructionSet: InstructionSet) throws {
        let functions: [(UnaryFunction, Double, (Double) -> Double)] = [
            (.exponential, 2, { exp($0) }), (.logarithm, 2, { $0 < 0 ? .nan : log($0) }),
            (.hyperbolicTangent, 2, { tanh($0) }), (.errorFunction, 4, { erf($0) }),
            (.sine, 2, { sin($0) }), (.cosine, 2, { cos($0) }),
            (.squareRoot, 0.5, { $0.squareRoot() }), (.floor, 0, { floor($0) }), (.ceiling, 0, { ceil($0) }),
            (.round, 0, { $0.rounded(.toNearestOrEven) }),
        ]
        let arguments = Self.sample + Self.specials
        for (function, limit, exact) in functions {
            let values = try values(function, arguments, instructionSet)
            var worst = (ulps: 0.0, at: Float(0))
            for (bits, value) in zip(arguments, values) {
                let x = Float(bitPattern: bits)
                let error = VectorMathematicsTests.ulps(value, exact(Double(x)))
                if error > worst.ulps { worst = (error, x) }
            }
            print("\(instructionSet) \(function): largest error \(worst.ulps) ulp at \(worst.at)")
            #expect(worst.ulps <= limit, "\(instructionSet) \(function) at \(worst.at)")
        }
        #expect(NativeExpressions.rejectionCount == 0)
    }
}
