import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("VAE")
struct VAETests {
    @Test("The parts have the shapes and the number of parameters of 784-400-(20+20), 20-400-784")
    func shapes() {
        let model = VAE(pixels: 784, hidden: [400], latents: 20, seed: 0)
        #expect(
            model.parameterCount == 784 * 400 + 400 + 2 * (400 * 20 + 20) + 20 * 400 + 400 + 400 * 784 + 784)
        #expect(
            model.parameters.map(\.path) == [
                "encoder.0.weight", "encoder.0.bias", "mean.weight", "mean.bias", "logVariance.weight",
                "logVariance.bias", "decoder.0.weight", "decoder.0.bias", "logits.weight", "logits.bias",
            ])
        let images = Tensor.zeros([5, 28, 28, 1])
        var noise = RandomStream(seed: 0)
        #expect(model.encode(images).mean.shape == [5, 20])
        #expect(model.evidenceLowerBound(images, noise: &noise).shape == [5])
        #expect(model.reconstruct(images).shape == [5, 28, 28, 1])
        #expect(model.samples(3, seed: 1).shape == [3, 28, 28, 1])
        #expect(VAE(pixels: 784).imageShape == [28, 28, 1])
        #expect(VAE(pixels: 10).imageShape == [1, 10, 1])
        #expect(VAE(imageShape: [2, 3, 3], hidden: [7, 5], latents: 2).samples(1).shape == [1, 2, 3, 3])
    }

    @Test("The bound with a Gaussian whose divergence is known in closed form", arguments: TestDevices.all)
    func closedForm(device: Device) throws {
        // With all weights 0, q(z|x) is N(0.5, e⁻¹) for each latent and every pixel's logit is 0.
        let model = VAE(pixels: 9, hidden: [4], latents: 3)
        for (path, parameter) in model.parameters {
            let value: Float = path == "mean.bias" ? 0.5 : path == "logVariance.bias" ? -1 : 0
            parameter.assign(
                Tensor([Float](repeating: value, count: parameter.shape.count), shape: parameter.shape))
        }
        var noise = RandomStream(seed: 4)
        let bound = model.evidenceLowerBound(
            Tensor([Float](repeating: 0.3, count: 18), shape: [2, 9]), noise: &noise)
        let expected = -(9 * log(2.0) + 3 * 0.308_939_72)
        for value in try bound.array(of: Float.self, on: device) {
            #expect(abs(Double(value) - expected) < 1e-5)
        }
    }

    @Test(
        "The closed-form divergence is the mean of ln q(z|x) − ln p(z) over samples",
        arguments: TestDevices.all)
    func monteCarlo(device: Device) throws {
        let count = 1_000_000
        let (mean, logVariance) = (0.5, -1.0)
        var noise = RandomStream(seed: 11)
        let epsilon = noise.normal([count])
        let z = Float(mean) + epsilon * Float(exp(0.5 * logVariance))
        // ln q − ln p = −½ (ln σ² + ε²) + ½ z².
        let ratio = 0.5 * (z.squared() - epsilon.squared()) - Float(0.5 * logVariance)
        let estimate = Double(try ratio.mean().scalar(on: device))
        let deviation = Double(try ratio.variance().scalar(on: device)).squareRoot()
        #expect(abs(estimate - 0.308_939_7) < 4 * deviation / Double(count).squareRoot())
    }

    /// What PyTorch computed, from `Fixtures/vae_curve.json`, which `vae_curve.py` writes.
    private struct LearningCurve: Decodable {
        let pixels: Int
        let latents: Int
        let hidden: Int
        let batch: Int
        let learningRate: Float
        let initial: [String: [Float]]
        let images: [Float]
        let noise: [Float]
        let losses: [Float]
    }

    @Test("Losses of the first 20 steps agree with PyTorch's within 1e-4", arguments: TestDevices.all)
    func learningCurve(device: Device) throws {
        let curve: LearningCurve = readFixture("vae_curve.json")
        let (pixels, latents, batch) = (curve.pixels, curve.latents, curve.batch)
        let model = VAE(pixels: pixels, hidden: [curve.hidden], latents: latents)
        for (path, parameter) in model.parameters {
            parameter.assign(Tensor(try #require(curve.initial[path]), shape: parameter.shape))
        }
        let (images, noise) = (curve.images, curve.noise)
        #expect(curve.losses.count == 20)
        let optimizer = Adam(for: model, learningRate: curve.learningRate)
        try Device.with(device) {
            for (step, expected) in curve.losses.enumerated() {
                let first = step * batch * pixels % images.count
                let x = Tensor(Array(images[first..<first + batch * pixels]), shape: [batch, pixels])
                let size = batch * latents
                let epsilon = Tensor(Array(noise[step * size..<(step + 1) * size]), shape: [batch, latents])
                let loss = try optimizer.update(
                    minimizing: -model.evidenceLowerBound(x, epsilon: epsilon).mean())
                #expect(abs(try loss.scalar() - expected) <= 1e-4 * expected, "step \(step + 1)")
            }
        }
    }

    @Test("Samples are probabilities, and a longer list starts with the same", arguments: TestDevices.all)
    func samples(device: Device) throws {
        let model = VAE(pixels: 16, hidden: [8], latents: 2, seed: 3)
        let few = try model.samples(2, seed: 7).array(of: Float.self, on: device)
        let many = try model.samples(5, seed: 7).array(of: Float.self, on: device)
        #expect(few.allSatisfy { $0 > 0 && $0 < 1 })
        #expect(zip(few, many).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(try model.samples(2, seed: 8).array(of: Float.self, on: device) != few)
    }
}
