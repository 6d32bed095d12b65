import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("Posteriors that are mixtures")
struct MixtureVAETests {
    private static let variance = 0.04

    /// A model of x = |z| and noise, z ~ N(0, 1), whose posterior has the Gaussians around ±x, or only one of them.
    private func model(components: Int) throws -> MixtureVAE {
        let model = MixtureVAE(
            imageShape: [1, 1, 1], network: .perceptron(hidden: [2]), latents: 1, components: components,
            distribution: .gaussian)
        let shrink = Float(1 / (1 + Self.variance))
        for (path, parameter) in model.parameters {
            let values: [Float] =
                switch path {
                case "encoder.0.weight": [1, 0]
                case "means.weight": components == 1 ? [shrink, 0] : [shrink, -shrink, 0, 0]
                case "logVariances.bias":
                    [Float](repeating: log(Float(Self.variance) * shrink), count: components)
                case "decoder.0.weight": [1, -1]
                // The mean and ln s² of the pixel, of each of two units.
                case "logits.weight": [1, 0, 1, 0]
                case "logits.bias": [0, Float(log(Self.variance))]
                default: [Float](repeating: 0, count: parameter.shape.count)
                }
            parameter.assign(Tensor(values, shape: parameter.shape))
        }
        return model
    }

    /// ln p(x), by a sum over z.
    private static func logDensity(_ x: Double) -> Double {
        let step = 1e-3
        let sum = stride(from: -8.0, to: 8, by: step).reduce(0.0) { sum, z in
            let error = x - abs(z)
            return sum + exp(-0.5 * (z * z + error * error / variance))
        }
        return log(sum * step / (2 * Double.pi * variance.squareRoot()))
    }

    @Test(
        "Two Gaussians know that there are two places, and no bound passes the likelihood",
        arguments: TestDevices.all)
    func bimodal(device: Device) throws {
        let count = 4000
        for point in [0.8, 1.4] {
            let x = Tensor.full(Float(point), shape: [count, 1, 1, 1])
            var noise = RandomStream(seed: 4)
            var figures: [Double] = []
            for components in [1, 2] {
                let bound = try model(components: components).evidenceLowerBound(
                    x, epsilon: noise.normal([count, components, 1]))
                let values = try bound.array(of: Float.self, on: device).map(Double.init)
                let mean = values.reduce(0, +) / Double(count)
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
                #expect(mean <= Self.logDensity(point) + 3 * (variance / Double(count)).squareRoot() + 1e-4)
                figures.append(mean)
            }
            // One Gaussian misses the other place, which is as likely: ln 2.
            #expect(abs(Self.logDensity(point) - figures[0] - log(2)) < 0.02, "\(figures)")
            #expect(abs(Self.logDensity(point) - figures[1]) < 0.02, "\(figures)")
        }
    }

    @Test("Gaussians that are the same are one", arguments: TestDevices.all)
    func same(device: Device) throws {
        let one = MixtureVAE(
            imageShape: [2, 2, 1], network: .perceptron(hidden: [5]), latents: 3, components: 1, seed: 2)
        let three = MixtureVAE(
            imageShape: [2, 2, 1], network: .perceptron(hidden: [5]), latents: 3, components: 3, seed: 2)
        let vae = VAE(imageShape: [2, 2, 1], network: .perceptron(hidden: [5]), latents: 3, seed: 2)
        let own = Dictionary(uniqueKeysWithValues: one.parameters.map { ($0.path, $0.parameter.value) })
        for (path, parameter) in three.parameters {
            let value = try #require(own[path])
            let isHead = path.hasPrefix("means.") || path.hasPrefix("logVariances.")
            let copies = path.hasPrefix("componentLogits") ? nil : isHead ? 3 : 1
            parameter.assign(
                try
                    (copies.map { Tensor.concatenate([Tensor](repeating: value, count: $0), axis: -1) }
                    ?? Tensor.zeros(parameter.shape)).evaluated())
        }
        for (path, parameter) in vae.parameters {
            let name = path.replacing("mean.", with: "means.").replacing(
                "logVariance.", with: "logVariances.")
            parameter.assign(try #require(own[name], "\(path)"))
        }
        var random = RandomStream(seed: 7)
        let images = random.uniform([6, 2, 2, 1])
        let epsilon = random.normal([6, 1, 3])
        let bounds = try [
            one.evidenceLowerBound(images, epsilon: epsilon),
            three.evidenceLowerBound(images, epsilon: epsilon.broadcast(to: [6, 3, 3])),
        ].map { try $0.array(of: Float.self, on: device) }
        for (a, b) in zip(bounds[0], bounds[1]) { #expect(abs(a - b) < 1e-4) }
        // Its divergence is that of the sample.
        let weighed = vae.importanceWeightedBound(images, epsilon: epsilon.permute(1, 0, 2))
        for (a, b) in zip(bounds[0], try weighed.array(of: Float.self, on: device)) {
            #expect(abs(a - b) < 1e-4)
        }
    }

    @Test("It learns bars with a mixture as prior, and draws", arguments: TestDevices.all)
    func learning(device: Device) throws {
        let model = MixtureVAE(
            imageShape: [8, 8, 1], network: .perceptron(hidden: [32]), latents: 2, components: 3,
            priorComponents: 4, seed: 3)
        let batch = Bars(count: 64).batch(at: Array(0..<32))
        let optimizer = Adam(for: model, learningRate: 5e-3)
        func loss() -> Tensor { RandomStream.withCurrent { model.loss(batch, noise: &$0) } }
        let losses = try (0..<120).map { _ in
            try optimizer.update(minimizing: loss(), on: device).scalar(on: device) as Float
        }
        #expect(losses.last! < 0.75 * losses[0], "\(losses[0]) to \(losses.last!)")
        #expect(model.samples(3, seed: 1).shape == [3, 8, 8, 1])
    }
}
