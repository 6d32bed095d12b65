import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// Bounds where the likelihood is known: z ~ N(0, 1) in the plane, and x = W z + b with Gaussian noise of variance s² in three
/// dimensions, so that x ~ N(b, W Wᵀ + s²).
@Suite("The bounds of VAEs")
struct VAEBoundTests {
    private let model = VAE(
        imageShape: [1, 3, 1], network: .perceptron(hidden: []), latents: 2, distribution: .gaussian)
    private static let weight: [[Double]] = [[0.8, -0.3, 0.5], [0.2, 0.6, -0.4]]
    private static let offset = [0.4, 0.5, 0.6]
    private static let variance = 0.04

    /// Assigns the decoder, and an encoder that is near the posterior and not quite it.
    private func prepare() throws {
        for (path, parameter) in model.parameters {
            let values: [Float] =
                switch path {
                case "logits.weight":
                    // Each pixel has its mean and its ln s² side by side.
                    Self.weight.flatMap { row in row.flatMap { [Float($0), 0] } }
                case "logits.bias": Self.offset.flatMap { [Float($0), Float(log(Self.variance))] }
                case "mean.weight": [0.7, 0.1, -0.2, 0.8, 0.5, -0.4]
                case "mean.bias": [-0.5, -0.2]
                case "logVariance.bias": [-1.5, -1.5]
                default: [Float](repeating: 0, count: parameter.shape.count)
                }
            parameter.assign(Tensor(values, shape: parameter.shape))
        }
    }

    /// ln N(x; b, W Wᵀ + s²), by elimination.
    private static func logDensity(_ x: [Double]) -> Double {
        var rows = (0..<3).map { i in
            (0..<3).map { j in
                (0..<2).reduce(i == j ? variance : 0) { $0 + weight[$1][i] * weight[$1][j] }
            } + [x[i] - offset[i]]
        }
        let right = rows.map { $0[3] }
        var logDeterminant = 0.0
        for i in 0..<3 {
            logDeterminant += log(rows[i][i])
            for k in 0..<3 where k != i {
                let factor = rows[k][i] / rows[i][i]
                for j in i..<4 { rows[k][j] -= factor * rows[i][j] }
            }
        }
        let square = (0..<3).reduce(0.0) { $0 + right[$1] * rows[$1][3] / rows[$1][$1] }
        return -0.5 * (3 * log(2 * Double.pi) + logDeterminant + square)
    }

    @Test(
        "More weighed samples come nearer to the likelihood, and no bound passes it",
        arguments: TestDevices.all)
    func order(device: Device) throws {
        try prepare()
        let count = 4000
        let points = [[0.1, 0.9, 0.3], [0.5, 0.4, 0.7], [1.2, 0.6, 0.9]]
        var noise = RandomStream(seed: 8)
        for point in points {
            let exact = Self.logDensity(point)
            let x = Tensor(point.map(Float.init), shape: [1, 1, 3, 1]).broadcast(to: [count, 1, 3, 1])
            let epsilon = noise.normal([50, count, 2])
            let bounds = [
                model.evidenceLowerBound(x, epsilon: epsilon.element(0, axis: 0)),
                model.importanceWeightedBound(x, epsilon: epsilon.slice(0..<5, axis: 0)),
                model.importanceWeightedBound(x, epsilon: epsilon),
            ]
            let figures = try bounds.map { bound in
                let values = try bound.array(of: Float.self, on: device).map(Double.init)
                let mean = values.reduce(0, +) / Double(count)
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
                return (mean: mean, error: (variance / Double(count)).squareRoot())
            }
            #expect(figures[0].mean <= figures[1].mean + 3 * figures[1].error)
            #expect(figures[1].mean <= figures[2].mean + 3 * figures[2].error)
            for figure in figures { #expect(figure.mean <= exact + 3 * figure.error) }
            // There is something to gain, and fifty samples gain most of it.
            #expect(exact - figures[0].mean > 0.1)
            #expect(exact - figures[2].mean < 0.1 * (exact - figures[0].mean) + 3 * figures[2].error)
        }
    }

    /// With the posterior itself each sample's weight is p(x).
    @Test("With one weighed sample the bound is that of the sampled divergence", arguments: TestDevices.all)
    func oneSample(device: Device) throws {
        try prepare()
        var noise = RandomStream(seed: 9)
        let x = noise.uniform([200, 1, 3, 1])
        let epsilon = noise.normal([1, 200, 2])
        let weighed = model.importanceWeightedBound(x, epsilon: epsilon).mean()
        let plain = model.evidenceLowerBound(x, epsilon: epsilon.element(0, axis: 0)).mean()
        let values = try Tensor.evaluate([weighed, plain], on: device).map { try $0.scalar() }
        // Both have the same mean, but not the same noise.
        #expect(values[0] != values[1] && abs(values[0] - values[1]) < 0.3)
    }
}
