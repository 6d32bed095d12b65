import Gannet
import GannetTestSupport
import Testing

/// Rounding to 16 bits, and gradients through it, as PyTorch does them: `Fixtures/torch_halves.json`, which
/// `torch_halves.py` writes.
@Suite struct TorchHalfTests {
    private struct Golden: Decodable {
        /// Half the squared error of a product with rounded weights, and its gradient toward the weights.
        struct Step: Decodable {
            let x: TorchGolden.Array
            let target: TorchGolden.Array
            let weight: TorchGolden.Array
            let loss: Double
            let gradient: TorchGolden.Array
        }

        let words: [UInt32]
        let float16: [UInt16]
        let bfloat16: [UInt16]
        let steps: [String: Step]
    }

    private static let golden: Golden = readFixture("torch_halves.json")

    @Test(arguments: TestDevices.everyStyle)
    func numbersAreRoundedAlike(_ device: Device) throws {
        let golden = Self.golden
        let x = Tensor(golden.words.map { Float(bitPattern: $0) })
        for (type, expected) in [(ScalarType.float16, golden.float16), (.bfloat16, golden.bfloat16)] {
            let bits = try x.cast(to: type).withBytes(on: device) { Array($0.bindMemory(to: UInt16.self)) }
            let infinity: UInt16 = type == .float16 ? 0x7C00 : 0x7F80
            for ((actual, right), word) in zip(zip(bits, expected), golden.words) {
                // Which NaN it is, is left to the library.
                let areNaN = actual & 0x7FFF > infinity && right & 0x7FFF > infinity
                #expect(actual == right || areNaN, "\(Float(bitPattern: word)) as \(type)")
            }
        }
    }

    @Test(arguments: TestDevices.everyStyle)
    func gradientsAreRoundedAlike(_ device: Device) throws {
        for type in [ScalarType.float16, .bfloat16] {
            let step = Self.golden.steps["\(type)"]!
            let weight = step.weight.tensor
            let difference = step.x.tensor.matmul(weight.cast(to: type)) - step.target.tensor
            let loss = difference.squared().sum() / 2
            let results = try Tensor.evaluate(
                [loss] + gradients(of: loss, withRespectTo: [weight]), on: device)
            let values = try ReferenceEvaluator().values(of: results)
            #expect(abs(values[0].elements[0] / step.loss - 1) < 1e-6)
            #expect(values[1].elements == step.gradient.values)
        }
    }
}
