import Gannet
import GannetCompiler
import GannetTestSupport
import Testing

/// Products in half precision: what is rounded, what a loss scale is for, and that training goes on as it should.
@Suite struct MixedPrecisionTests {
    private struct Network: Module {
        let layers: [Linear]

        init(seed: UInt64 = 1) {
            var random = RandomStream(seed: seed)
            layers = [(3, 16), (16, 16), (16, 2)].map {
                Linear(inputs: $0.0, outputs: $0.1, random: &random)
            }
        }

        func loss(_ x: Tensor, _ y: Tensor) -> Tensor {
            var h = x
            for layer in layers.dropLast() { h = layer(h).tanh() }
            return (layers[layers.count - 1](h) - y).squared().mean()
        }
    }

    private let x: Tensor
    private let y: Tensor

    init() {
        var random = SeededGenerator(named: "mixed precision")
        x = random.floats([16, 3])
        y = random.floats([16, 2], in: -0.5...0.5)
    }

    @Test(arguments: [ScalarType.float16, .bfloat16])
    func operandsResultsAndGradientsAreRounded(type: ScalarType) throws {
        let weight = Tensor((0..<6).map { Float($0) * 0.317 - 0.7 }, shape: [3, 2])
        func rounded(_ tensor: Tensor) -> Tensor { tensor.cast(to: type).cast(to: .float32) }
        let (product, slope) = MixedPrecision.with(type) {
            let product = x.matmul(weight)
            return (product, product.squared().mean())
        }
        let byHand = rounded(rounded(x).matmul(rounded(weight)))
        let gradient = gradients(of: slope, withRespectTo: [weight])[0]
        let right = rounded(
            rounded(x).matmul(rounded(2.0 / 32.0 * byHand), transposeA: true))
        let values = try Tensor.evaluate([product, byHand, gradient, right], on: .cpu).map {
            try $0.array(of: Float.self, on: .cpu)
        }
        #expect(values[0] == values[1])
        for (a, b) in zip(values[2], values[3]) { #expect(abs(a - b) <= 0.005 * abs(b)) }
        #expect(try rounded(gradient).array(of: Float.self, on: .cpu) == values[2])
        #expect(MixedPrecision.current == nil)
    }

    @Test(arguments: TestDevices.all, [ScalarType.float16, .bfloat16])
    func trainingIsNearThatInFullPrecision(device: Device, type: ScalarType) throws {
        let (full, half) = (Network(), Network())
        let optimizers = [
            Adam(for: full, learningRate: 0.01),
            Adam(
                for: half, learningRate: 0.01,
                options: UpdateOptions(
                    lossScaling: type == .float16 ? .dynamic() : nil, precision: type)),
        ]
        var losses: [Float] = [0, 0]
        var first: Float?
        for _ in 0..<40 {
            losses[0] = try optimizers[0].update(minimizing: full.loss(x, y), on: device).scalar(on: device)
            losses[1] = try optimizers[1].update(minimizing: half.loss(x, y), on: device).scalar(on: device)
            if first == nil { first = losses[0] }
        }
        #expect(losses[0] < 0.6 * first!)
        #expect(losses[0] != losses[1] && abs(losses[0] - losses[1]) < 0.05 * losses[0], "\(losses)")
        #expect(half.layers[0].weight.scalarType == .float32)
    }

    @Test func smallGradientsNeedALossScale() throws {
        func moved(_ scaling: LossScaling?) throws -> Bool {
            let network = Network()
            let before = try network.layers[0].weight.value.array(of: Float.self, on: .cpu)
            let optimizer = SGD(
                for: network, learningRate: 1e10,
                options: UpdateOptions(lossScaling: scaling, precision: .float16))
            // Gradients of some 10⁻¹⁰ are 0 as float16.
            try optimizer.update(minimizing: network.loss(x, y) * 1e-9, on: .cpu)
            return try network.layers[0].weight.value.array(of: Float.self, on: .cpu) != before
        }
        #expect(try !moved(nil))
        #expect(try moved(.dynamic()))
    }

    /// Gradients that overflow as float16 make the scale back off until they do not.
    @Test(arguments: TestDevices.all)
    func scalesBackOff(device: Device) throws {
        let network = Network()
        let optimizer = SGD(
            for: network, learningRate: 1e-9,
            options: UpdateOptions(
                lossScaling: .dynamic(initial: 0x1p30, interval: 1000), precision: .float16))
        var skipped: [Int] = []
        for _ in 0..<24 {
            try optimizer.update(minimizing: network.loss(x, y), on: device)
            skipped.append(try #require(try optimizer.lossScale(on: device)).skippedCount)
        }
        let scale = try #require(try optimizer.lossScale(on: device))
        #expect(skipped[0] == 1 && scale.skippedCount < 24 && skipped[22] == skipped[23])
        #expect(scale.scale == Float(sign: .plus, exponent: 30 - scale.skippedCount, significand: 1))
    }
}
