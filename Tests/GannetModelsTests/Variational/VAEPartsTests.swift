import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// The parts that VAEs are put together of.
@Suite("The parts of VAEs")
struct VAEPartsTests {
    @Test("Gaussian pixels have the density of float64", arguments: TestDevices.all)
    func gaussian(device: Device) throws {
        let images = Tensor([0.2, 0.9] as [Float], shape: [1, 1, 2, 1])
        // Means 0.1 and 1.4; ln s² −1, and one that is below the least.
        let parameters = Tensor([0.1, -1, 1.4, -20] as [Float], shape: [1, 1, 2, 2])
        let value = try DecoderDistribution.gaussian.logLikelihood(of: images, parameters: parameters)
            .array(of: Float.self, on: device)[0]
        func density(_ x: Double, _ mean: Double, _ logVariance: Double) -> Double {
            -0.5 * (log(2 * Double.pi) + logVariance + (x - mean) * (x - mean) / exp(logVariance))
        }
        let right = density(0.2, 0.1, -1) + density(0.9, 1.4, -7)
        #expect(abs(Double(value) - right) < 1e-4 * abs(right))
        let mean = try DecoderDistribution.gaussian.mean(parameters).array(of: Float.self, on: device)
        #expect(abs(mean[0] - 0.1) < 1e-6 && mean[1] == 1)
    }

    @Test("The 256 levels of a logistic pixel have the probability 1 together", arguments: TestDevices.all)
    func logistic(device: Device) throws {
        let levels = Tensor((0..<256).map { Float($0) / 255 }, shape: [256, 1, 1, 1])
        for (mean, logScale) in [(0.3, -2), (-1.2, -4), (0.9, 0.5)] as [(Float, Float)] {
            let parameters = Tensor([mean, logScale], shape: [1, 1, 1, 2]).broadcast(to: [256, 1, 1, 2])
            let sum = DecoderDistribution.discretizedLogistic
                .logLikelihood(of: levels, parameters: parameters).exp().sum()
            #expect(abs(try sum.scalar(on: device) - 1) < 1e-4, "\(mean), \(logScale)")
        }
    }

    @Test(
        "Drawn pixels have the distribution's mean", arguments: TestDevices.all,
        [DecoderDistribution.bernoulli, .gaussian, .discretizedLogistic])
    func drawing(device: Device, distribution: DecoderDistribution) throws {
        let count = 20_000
        let results: [Float] =
            distribution == .bernoulli ? [0.4] : distribution == .gaussian ? [0.4, -5] : [-0.2, -4]
        let parameters = Tensor(results, shape: [1, 1, 1, results.count]).broadcast(
            to: [count, 1, 1, results.count])
        var noise = RandomStream(seed: 2)
        let drawn = distribution.samples(parameters, noise: &noise)
        let values = try Tensor.evaluate(
            [drawn.mean(), drawn.variance().sqrt(), distribution.mean(parameters).mean()], on: device
        ).map { try $0.scalar() as Float }
        #expect(abs(values[0] - values[2]) < 5 * values[1] / Float(count).squareRoot(), "\(values)")
        let least = try drawn.min().scalar(on: device) as Float
        #expect(least >= 0)
    }

    @Test("A mixture has the density of float64, and draws from it", arguments: TestDevices.all)
    func mixture(device: Device) throws {
        var random = RandomStream(seed: 3)
        let mixture = GaussianMixture(components: 2, features: 2, random: &random)
        mixture.logits.assign(Tensor([log(0.25), log(0.75)].map(Float.init)))
        mixture.means.assign(Tensor([-2, 0, 3, 1] as [Float], shape: [2, 2]))
        mixture.logVariances.assign(Tensor([0, -1, 0.5, 0] as [Float], shape: [2, 2]))
        func density(_ z: [Double]) -> Double {
            func part(_ share: Double, _ mean: [Double], _ logVariance: [Double]) -> Double {
                share
                    * exp(
                        zip(z, zip(mean, logVariance)).reduce(0) { sum, pair in
                            let (mean, logVariance) = pair.1
                            return sum - 0.5
                                * (log(2 * Double.pi) + logVariance + (pair.0 - mean) * (pair.0 - mean)
                                    / exp(logVariance))
                        })
            }
            return log(part(0.25, [-2, 0], [0, -1]) + part(0.75, [3, 1], [0.5, 0]))
        }
        let points = [[-2.0, 0.3], [0, 0], [4, -1]]
        let z = Tensor(points.flatMap { $0.map(Float.init) }, shape: [3, 2])
        for (value, point) in zip(try mixture.logDensity(z).array(of: Float.self, on: device), points) {
            #expect(abs(Double(value) - density(point)) < 1e-5)
        }
        let shares = try mixture.responsibilities(z).array(of: Float.self, on: device)
        #expect(abs(shares[0] + shares[1] - 1) < 1e-6 && shares[0] > 0.99 && shares[5] > 0.99)
        let count = 40_000
        let means = try mixture.samples(count, noise: &random).mean(axes: [0]).array(
            of: Float.self, on: device)
        #expect(abs(means[0] - 1.75) < 0.06 && abs(means[1] - 0.75) < 0.04, "\(means)")
    }

    private static let images = Tensor(
        (0..<5 * 36).map { Float($0 * 7 % 11) / 11 }, shape: [5, 6, 6, 1])

    private func loss(_ objective: VAEObjective, priorComponents: Int? = nil, seed: UInt64 = 4) throws
        -> Float
    {
        let model = VAE(
            imageShape: [6, 6, 1], network: .perceptron(hidden: [8]), latents: 3,
            priorComponents: priorComponents, objective: objective, seed: 1)
        var noise = RandomStream(seed: seed)
        return try model.loss(Batch(images: Self.images, labels: nil), noise: &noise).scalar(on: .cpu)
    }

    @Test("β weighs the divergence, and free nats are its least")
    func weights() throws {
        let model = VAE(imageShape: [6, 6, 1], hidden: [8], latents: 3, seed: 1)
        let (mean, logVariance) = model.encode(Self.images)
        let divergences = try gaussianKL(mean: mean, logVariance: logVariance).mean(axes: [0])
            .array(of: Float.self, on: .cpu)
        let plain = try loss(VAEObjective())
        #expect(abs(try loss(VAEObjective(beta: 3)) - plain - 2 * divergences.reduce(0, +)) < 1e-4)
        let least = divergences.sorted()[1] + 1e-3
        let added = divergences.reduce(0) { $0 + max(least - $1, 0) }
        #expect(added > 0)
        #expect(abs(try loss(VAEObjective(freeBits: least)) - plain - added) < 1e-4)
        // At the first of ten updates a tenth of the divergence counts.
        #expect(abs(try loss(VAEObjective(warmUp: 10)) - plain + 0.9 * divergences.reduce(0, +)) < 1e-4)
    }

    @Test("The divergence comes to count while updates are made", arguments: TestDevices.all)
    func warmUp(device: Device) throws {
        let model = VAE(
            imageShape: [6, 6, 1], network: .perceptron(hidden: [8]), latents: 3,
            objective: VAEObjective(warmUp: 4), seed: 1)
        let optimizer = SGD(for: model, learningRate: 1e-20)
        let batch = Batch(images: Self.images, labels: nil)
        let losses = try (0..<6).map { _ in
            try optimizer.update(
                minimizing: {
                    var noise = RandomStream(seed: 4)
                    return model.loss(batch, noise: &noise)
                }(), on: device
            ).scalar(on: device) as Float
        }
        let step = losses[1] - losses[0]
        #expect(step > 1e-3)
        for (number, loss) in losses.enumerated() {
            #expect(abs(loss - losses[0] - Float(min(number, 3)) * step) < 1e-3, "\(losses)")
        }
    }

    @Test("With many samples both ways to the divergence agree")
    func monteCarlo() throws {
        let many = try loss(VAEObjective(samples: 3000))
        let sampled = try loss(VAEObjective(samples: 3000, divergence: .monteCarlo))
        #expect(abs(many - sampled) < 0.05, "\(many), \(sampled)")
    }

    @Test("A mixture of one standard Gaussian is the prior without it")
    func plainMixture() throws {
        let model = VAE(
            imageShape: [6, 6, 1], network: .perceptron(hidden: [8]), latents: 3, priorComponents: 1, seed: 1)
        for (path, parameter) in model.parameters where path == "prior.means" {
            parameter.assign(Tensor([Float](repeating: 0, count: 3), shape: [1, 3]))
        }
        let plain = VAE(imageShape: [6, 6, 1], hidden: [8], latents: 3, seed: 1)
        var noise = RandomStream(seed: 6)
        let epsilon = noise.normal([4, 5, 3])
        let values = try [model, plain].map {
            try $0.importanceWeightedBound(Self.images, epsilon: epsilon).array(of: Float.self, on: .cpu)
        }
        for (a, b) in zip(values[0], values[1]) { #expect(abs(a - b) < 1e-4) }
    }

    @Test("Convolutions and conditions have the shapes that they should", arguments: TestDevices.all)
    func shapes(device: Device) throws {
        let model = VAE(
            imageShape: [8, 4, 2], network: .convolutional(features: [3, 5], hidden: 7), latents: 2,
            distribution: .discretizedLogistic, classes: 3, seed: 1)
        let images = Tensor.full(Float(0.4), shape: [6, 8, 4, 2])
        let told = model.condition(Tensor([0, 1, 2, 0, 1, 2] as [Int32]))
        #expect(model.encode(images, condition: told).mean.shape == [6, 2])
        #expect(model.decode(.zeros([6, 2]), condition: told).shape == [6, 8, 4, 2])
        // The class matters on both ways.
        let (mean, decoded) = (
            try model.encode(images, condition: told).mean.array(of: Float.self, on: device),
            try model.decode(.zeros([6, 2]), condition: told).array(of: Float.self, on: device)
        )
        #expect(mean[0..<2] != mean[2..<4] && mean[0..<2] == mean[6..<8])
        #expect(decoded[0..<64] != decoded[64..<128])
        #expect(
            try model.samples(4, seed: 1).array(of: Float.self, on: device)
                == model.samples(of: [0, 1, 2, 0], seed: 1).array(of: Float.self, on: device))
    }

    @Test("A vector can be the condition, too")
    func vectors() throws {
        let model = VAE(
            imageShape: [6, 6, 1], network: .perceptron(hidden: [8]), latents: 3, conditions: 2, seed: 1)
        let told = Tensor([0.5, -1] as [Float], shape: [1, 2]).broadcast(to: [5, 2])
        #expect(model.conditioningClassCount == nil)
        #expect(model.reconstruct(Self.images, condition: told).shape == Self.images.shape)
    }

    @Test("Between points of latents, straight and along a circle")
    func paths() {
        let (a, b) = ([2.0, 0], [0.0, 2])
        let straight = LatentPath.linear.points(from: a, to: b, count: 3)
        #expect(straight == [[2, 0], [1, 1], [0, 2]])
        let round = LatentPath.spherical.points(from: a, to: b, count: 5)
        #expect(round.first == a)
        for point in round {
            #expect(abs((point[0] * point[0] + point[1] * point[1]).squareRoot() - 2) < 1e-12)
        }
        #expect(abs(round[2][0] - 2.0.squareRoot()) < 1e-12)
        // There is no one circle between opposite points.
        #expect(LatentPath.spherical.points(from: [1, 0], to: [-1, 0], count: 3)[1] == [0, 0])
        let quantiles = normalQuantiles(3)
        #expect(abs(quantiles[0] + 0.967_421_566_1) < 1e-9 && abs(quantiles[1]) < 1e-12)
    }
}
