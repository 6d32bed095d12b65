import Gannet
import GannetTestSupport
import Testing

@Suite("Spectral normalisation")
struct SpectralNormTests {
    private func check<Base: WeightedLayer>(
        _ base: Base, bias: Parameter?, _ golden: TorchModules.Spectral, on device: Device
    ) throws {
        var random = RandomStream(seed: 0)
        let layer = SpectralNorm(base, random: &random)
        let state = [
            ("weight", base.weight), ("bias", bias!), ("u", layer.left), ("v", layer.right),
        ]
        for (name, parameter) in state { parameter.assign(golden.start[name]!.tensor) }
        let optimizer = SGD(for: layer, learningRate: 0.3)
        #expect(optimizer.parameters.count == 2)
        for (number, step) in golden.steps.enumerated() {
            let (x, y) = (step.x.tensor, step.y.tensor)
            let loss = try optimizer.update(
                minimizing: layer(x).squared().mean() + layer(y).abs().mean(), on: device)
            #expect(abs(Double(try loss.scalar(on: device)) - step.loss) < 1e-5 * step.loss)
            for (name, parameter) in state {
                let actual = try ReferenceEvaluator().values(of: [parameter.value])[0]
                let failure = Tolerance.scaled(1e-5).failure(actual, expected: step.state[name]!.expected)
                #expect(failure == nil, "\(name) after step \(number)")
            }
        }
        // In evaluation the vectors stay.
        let before = layer.left.value
        let y = try layer(golden.steps[2].x.tensor).evaluated(on: device)
        let actual = try ReferenceEvaluator().values(of: [y])[0]
        #expect(Tolerance.scaled(1e-5).failure(actual, expected: golden.output.expected) == nil)
        #expect(layer.left.value == before)
    }

    @Test("Three steps give PyTorch's weights and vectors", arguments: TestDevices.all)
    func linear(device: Device) throws {
        var random = RandomStream(seed: 0)
        let layer = Linear(inputs: 6, outputs: 4, random: &random)
        try check(layer, bias: layer.bias, TorchModules.shared.spectral["linear"]!, on: device)
    }

    @Test func convolution() throws {
        var random = RandomStream(seed: 0)
        let layer = Conv2D(inputs: 3, outputs: 5, kernel: 3, padding: 1, random: &random)
        try check(layer, bias: layer.bias, TorchModules.shared.spectral["conv"]!, on: .cpu)
    }

    @Test func transposedConvolution() throws {
        var random = RandomStream(seed: 0)
        let layer = ConvTranspose2D(inputs: 3, outputs: 5, kernel: 4, stride: 2, padding: 1, random: &random)
        try check(layer, bias: layer.bias, TorchModules.shared.spectral["transposed"]!, on: .cpu)
    }

    @Test("The weight's largest singular value is 1 from the start")
    func start() throws {
        var random = RandomStream(seed: 4)
        let base = Linear(inputs: 3, outputs: 3, weights: .orthogonal(gain: 5), random: &random)
        // With singular values 5, 5 · 0.3 and 5 · 0.1, fifteen steps leave (0.3)³⁰ of the others.
        let scales = Tensor([1, 0.3, 0.1] as [Float])
        base.weight.assign(try (base.weight.value * scales).evaluated(on: .cpu))
        let weight = SpectralNorm(base, random: &random).weight
        let norm = try weight.matmul(weight, transposeA: true).array(of: Float.self, on: .cpu)
        #expect(zip(norm, [1, 0, 0, 0, 0.09, 0, 0, 0, 0.01]).allSatisfy { abs($0 - $1) < 1e-5 })
    }
}
