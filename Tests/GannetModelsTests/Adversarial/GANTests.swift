import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("Generative adversarial networks")
struct GANTests {
    private static let labelled = Batch(
        images: Bars().batch(at: [1, 5, 9, 14]).images, labels: Tensor([0, 2, 1, 0] as [Int32]))

    private func values(_ module: some Module, _ device: Device) throws -> [[Float]] {
        try module.allParameters.map { try $0.parameter.value.array(of: Float.self, on: device) }
    }

    private func adam<Model: AdversarialModel>(for model: Model, steps: Int = 1) -> AdversarialTraining<Model>
    {
        AdversarialTraining(
            of: model, generator: Adam(for: model.generator, beta1: 0.5),
            discriminator: Adam(for: model.discriminator, beta1: 0.5), discriminatorSteps: steps)
    }

    @Test("Networks of every kind make a step, and draw", arguments: TestDevices.all)
    func kinds(device: Device) throws {
        func check<Model: ImageSharingModel & ConditionalModel>(_ model: Model) throws {
            let before = (try values(model.generator, device), try values(model.discriminator, device))
            var noise = RandomStream(seed: 1)
            let losses = try Device.with(device) {
                try adam(for: model, steps: 2).step(Self.labelled, noise: &noise)
            }
            #expect(try losses.allSatisfy { try $0.scalar(on: device).isFinite })
            #expect(try values(model.generator, device) != before.0)
            #expect(try values(model.discriminator, device) != before.1)
            let drawn = try model.samples(5, seed: 3).array(of: Float.self, on: device)
            #expect(drawn.count == 5 * 64 && drawn.allSatisfy { (0...1).contains($0) })
            // The first ones of a longer list.
            let fewer = try model.samples(2, seed: 3).array(of: Float.self, on: device)
            for (one, other) in zip(fewer, drawn) { #expect(abs(one - other) < 1e-6) }
        }
        let shape: Shape = [8, 8, 1]
        try check(PerceptronGAN(imageShape: shape, hidden: [8], latents: 3, seed: 1))
        try check(PerceptronGAN(imageShape: shape, hidden: [8], latents: 3, classes: 3, seed: 1))
        try check(DCGAN(imageShape: shape, features: 3, latents: 3, classes: 3, seed: 1))
        try check(DCGAN(imageShape: shape, features: 3, latents: 3, classes: 3, tellsClasses: true, seed: 1))
        for normalization in DiscriminatorNormalization.allCases where normalization != .batch {
            try check(
                DCGAN(
                    imageShape: shape, features: 2, latents: 3, normalization: normalization,
                    objective: .wassersteinWithGradientPenalty, seed: 1))
        }
    }

    @Test("A class changes what is made and how it is judged", arguments: TestDevices.all)
    func classes(device: Device) throws {
        let shape: Shape = [8, 8, 1]
        let dcgan = DCGAN(imageShape: shape, features: 3, latents: 3, classes: 3, seed: 1)
        let perceptrons = PerceptronGAN(imageShape: shape, hidden: [8], latents: 3, classes: 3, seed: 1)
        func differ(_ a: Tensor, _ b: Tensor) throws -> Bool {
            try (a - b).abs().max().scalar(on: device) as Float > 1e-5
        }
        let labels = [Tensor([0, 0] as [Int32]), Tensor([1, 1] as [Int32])]
        let z = Tensor([0.3, -1, 0.5, 1, 0.2, 0.1] as [Float], shape: [2, 3])
        let x = Tensor.full(Float(0.4), shape: [2, 8, 8, 1])
        #expect(try differ(dcgan.generator(z, labels: labels[0]), dcgan.generator(z, labels: labels[1])))
        #expect(
            try differ(
                perceptrons.generator(z, labels: labels[0]), perceptrons.generator(z, labels: labels[1])))
        #expect(
            try differ(
                dcgan.discriminator(x, labels: labels[0]).source,
                dcgan.discriminator(x, labels: labels[1]).source))
        #expect(
            try differ(
                perceptrons.discriminator(x, labels: labels[0]).source,
                perceptrons.discriminator(x, labels: labels[1]).source))
        // One that tells classes is told none.
        let telling = DCGAN(
            imageShape: shape, features: 3, latents: 3, classes: 3, tellsClasses: true, seed: 1)
        let scores = telling.discriminator(x, labels: labels[0])
        #expect(scores.classes?.shape == [2, 3])
        #expect(try !differ(scores.source, telling.discriminator(x, labels: labels[1]).source))
    }

    @Test(
        "A discriminator that tells classes costs ln K more where it knows nothing",
        arguments: TestDevices.all)
    func auxiliaryLoss(device: Device) throws {
        let model = DCGAN(
            imageShape: [8, 8, 1], features: 3, latents: 3, classes: 4, tellsClasses: true, seed: 1)
        for (path, parameter) in model.discriminator.parameters
        where path.hasPrefix("source") || path.hasPrefix("classes") {
            parameter.assign(try Tensor.zeros(parameter.shape).evaluated())
        }
        var noise = RandomStream(seed: 1)
        let loss = try model.discriminatorLoss(Self.labelled, noise: &noise).scalar(on: device)
        #expect(abs(Double(loss) - 2 * log(2.0) - 2 * log(4.0)) < 1e-5)
        let other = try model.generatorLoss(Self.labelled, noise: &noise).scalar(on: device)
        #expect(abs(Double(other) - log(2.0) - log(4.0)) < 1e-5)
    }

    // MARK: The tricks

    private func loss(_ objective: AdversarialObjective, _ device: Device) throws -> Float {
        let model = DCGAN(imageShape: [16, 16, 1], features: 3, latents: 3, objective: objective, seed: 1)
        var noise = RandomStream(seed: 1)
        let images = noise.uniform([64, 16, 16, 1])
        return try ModelMode.with(.training) {
            try model.discriminatorLoss(Batch(images: images), noise: &noise).scalar(on: device)
        }
    }

    @Test(
        "Smoothed labels, flipped ones, noise and mixed batches each change the loss",
        arguments: TestDevices.all)
    func tricks(device: Device) throws {
        let plain = try loss(.init(), device)
        let smoothed = try loss(.init(smoothing: 0.1), device)
        let flipped = try loss(.init(flipping: 0.5), device)
        let noisy = try loss(.init(instanceNoise: InstanceNoise(deviation: 1, updates: 10)), device)
        let mixed = try loss(.init(mixesBatches: true), device)
        let drifting = try loss(.init(drift: 0.5), device)
        #expect(Set([plain, smoothed, flipped, noisy, mixed, drifting]).count == 6)
        // Without batch normalisation it does not matter what is judged together.
        func unnormalized(_ mixes: Bool) throws -> Float {
            let model = DCGAN(
                imageShape: [16, 16, 1], features: 3, latents: 3, normalization: .none,
                objective: .init(mixesBatches: mixes), seed: 1)
            var noise = RandomStream(seed: 1)
            return try model.discriminatorLoss(
                Batch(images: noise.uniform([4, 16, 16, 1])), noise: &noise
            ).scalar(on: device)
        }
        #expect(abs(try unnormalized(true) - unnormalized(false)) < 1e-5)
        #expect(AdversarialObjective(.leastSquares, smoothing: 0.1).objection == nil)
    }

    @Test(
        "Noise on pictures falls in a straight line, with the discriminator's updates",
        arguments: TestDevices.all)
    func instanceNoise(device: Device) throws {
        let noise = InstanceNoise(deviation: 0.5, updates: 100)
        for (updates, expected) in [(0, 0.5), (50, 0.25), (100, 0), (150, 0)] as [(Float, Float)] {
            let value = try noise.deviation(after: Tensor([updates])).sum().scalar(on: device) as Float
            #expect(abs(value - expected) < 1e-6)
        }
        // After three updates nothing is left of it: the loss is that of a model without.
        func losses(_ noise: InstanceNoise?) throws -> [Float] {
            let model = PerceptronGAN(
                imageShape: [8, 8, 1], hidden: [8], latents: 3, objective: .init(instanceNoise: noise),
                seed: 1)
            let optimizer = SGD(for: model.discriminator, learningRate: 1e-12)
            return try (0..<5).map { _ in
                var random = RandomStream(seed: 2)
                let made = try model.madeImages(for: Self.labelled, noise: &random).evaluated(on: device)
                return try optimizer.update(
                    minimizing: model.discriminatorLoss(Self.labelled, against: made, noise: &random),
                    on: device
                ).scalar(on: device)
            }
        }
        let (noisy, plain) = (try losses(InstanceNoise(deviation: 3, updates: 3)), try losses(nil))
        #expect(abs(noisy[0] - plain[0]) > 1e-3 && abs(noisy[4] - plain[4]) < 1e-5, "\(noisy), \(plain)")
    }
}
