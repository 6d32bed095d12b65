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

    @Test(
        "A weight drawn at random has the largest singular value 1, within 1 in 100",
        arguments: [3, 4, 5, 6] as [UInt64])
    func largestSingularValue(seed: UInt64) throws {
        var random = RandomStream(seed: seed)
        let layer = SpectralNorm(
            Conv2D(inputs: 8, outputs: 16, kernel: 4, weights: .normal(deviation: 0.02), random: &random),
            random: &random)
        let x = try random.normal([2, 6, 6, 8]).evaluated(on: .cpu)
        // Each step of training makes an iteration.
        let optimizer = SGD(for: layer, learningRate: 1e-12)
        for _ in 0..<20 { try optimizer.update(minimizing: layer(x).mean(), on: .cpu) }
        let weight = try layer.weight.reshape(-1, 16).array(of: Float.self, on: .cpu).map(Double.init)
        #expect(abs(Self.largestSingularValue(weight, columns: 16) - 1) < 0.01)
    }

    /// By Jacobi rotations of pairs of columns until all are orthogonal: Golub and Van Loan, "Matrix Computations", section 8.6.3.
    private static func largestSingularValue(_ matrix: [Double], columns: Int) -> Double {
        var columns = (0..<columns).map { column in
            stride(from: column, to: matrix.count, by: columns).map { matrix[$0] }
        }
        func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        for _ in 0..<30 {
            for p in columns.indices {
                for q in columns.indices where q > p {
                    let cross = product(columns[p], columns[q])
                    if abs(cross) < 1e-15 { continue }
                    let ratio =
                        (product(columns[q], columns[q]) - product(columns[p], columns[p])) / (2 * cross)
                    let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
                    let cosine = 1 / (1 + tangent * tangent).squareRoot()
                    let (a, b) = (columns[p], columns[q])
                    columns[p] = zip(a, b).map { cosine * ($0 - tangent * $1) }
                    columns[q] = zip(a, b).map { cosine * (tangent * $0 + $1) }
                }
            }
        }
        return columns.map { product($0, $0).squareRoot() }.max()!
    }
}
