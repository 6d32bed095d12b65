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

    // MARK: What a step costs

    @Test(
        "A step of a DCGAN takes two programs and two runs of the generator, or one; a step of a WGAN-GP three and six",
        arguments: [(1, AdversarialSchedule.alternating), (1, .sharingImages), (5, .alternating)])
    func programs(critics: Int, schedule: AdversarialSchedule) throws {
        let device = Device(InterpreterBackend())
        let isCritic = critics > 1
        let model = DCGAN(
            imageShape: [8, 8, 1], features: 2, latents: 3, normalization: isCritic ? .none : .batch,
            objective: isCritic ? .wassersteinWithGradientPenalty : .init(), seed: 1)
        let training = model.training(schedule: schedule, discriminatorSteps: critics)
        var noise = RandomStream(seed: 1)
        let batch = Bars().batch(at: (0..<2 * critics).map { $0 % 16 })
        for _ in 0..<2 { _ = try Device.with(device) { try training.step(batch, noise: &noise) } }
        // The parts of a batch are taken by a program, too.
        #expect(try device.evaluator().compilationCount == (isCritic ? 3 : 2))
        // Each run of the generator draws, and so does each penalty.
        let runs = schedule == .sharingImages ? 1 : critics + 1
        #expect(noise.position == UInt64(2 * (runs + (isCritic ? critics : 0))))
    }

    // MARK: What is shown again, compared and dropped

    @Test(
        "From the second update on half of what is judged is kept from before, with its classes",
        arguments: TestDevices.all)
    func replay(device: Device) throws {
        var plan = DCGANPlan(imageShape: [8, 8, 1])
        (plan.features, plan.latents, plan.classes, plan.tellsClasses) = (3, 3, 3, true)
        plan.normalization = .none
        let model = DCGAN(plan, objective: .init(replay: 3), seed: 1)
        let optimizer = SGD(for: model.discriminator, learningRate: 1e-12)
        func pictures(_ value: Float) -> Tensor { .full(value, shape: [4, 8, 8, 1]) }
        func classes(_ label: Int32) -> Tensor { Tensor([Int32](repeating: label, count: 4)) }
        /// The loss of made pictures, and of those of the data.
        func expected(_ made: Float, _ real: Int32, kept: (value: Float, label: Int32)?) throws -> Float {
            let labels = classes(real)
            func loss(_ x: Tensor, _ labels: Tensor, sign: Float) -> Tensor {
                let scores = model.discriminator(x, labels: labels)
                return (sign * scores.source).softplus().mean()
                    + crossEntropy(logits: scores.classes!, labels: labels).mean()
            }
            let own = loss(pictures(made), labels, sign: 1)
            let old = kept.map { loss(pictures($0.value), classes($0.label), sign: 1) } ?? own
            return try (loss(pictures(0), labels, sign: -1) + (own + old) / 2).scalar(on: device)
        }
        var random = RandomStream(seed: 2)
        // Three are kept: all those of the update before, and none of earlier ones.
        for (made, label, kept) in [
            (0.9, 2, nil), (-0.7, 0, (0.9, 2)), (0.3, 1, (-0.7, 0)),
        ] as [(Float, Int32, (value: Float, label: Int32)?)] {
            let batch = Batch(images: .full(Float(0.5), shape: [4, 8, 8, 1]), labels: classes(label))
            let loss = try optimizer.update(
                minimizing: model.discriminatorLoss(batch, against: pictures(made), noise: &random),
                on: device
            ).scalar(on: device)
            #expect(abs(loss - (try expected(made, label, kept: kept))) < 1e-5)
        }
        // A store that is not full shows only what is in it.
        let large = DCGAN(plan, objective: .init(replay: 1000), seed: 1)
        let other = SGD(for: large.discriminator, learningRate: 1e-12)
        for (made, kept) in [(0.9, nil), (-0.7, (0.9, 2))] as [(Float, (value: Float, label: Int32)?)] {
            let batch = Batch(images: .full(Float(0.5), shape: [4, 8, 8, 1]), labels: classes(2))
            let loss = try other.update(
                minimizing: large.discriminatorLoss(batch, against: pictures(made), noise: &random),
                on: device
            ).scalar(on: device)
            #expect(abs(loss - (try expected(made, 2, kept: kept))) < 1e-5)
        }
        var objective = AdversarialObjective(replay: 1 << 20)
        #expect(objective.objection == nil)
        for size in [-1, 1 << 20 + 1] {
            objective.replay = size
            #expect(objective.objection?.contains("kept") == true)
        }
    }

    @Test("A discriminator that always says 2 loses what smoothed and flipped labels make of that")
    func valuesOfLabels() throws {
        func loss(_ objective: AdversarialObjective) throws -> Double {
            let model = PerceptronGAN(imageShape: [1, 2, 1], hidden: [4], latents: 2, objective: objective)
            for (path, parameter) in model.discriminator.parameters {
                let isLastBias = path == "layers.1.bias"
                parameter.assign(
                    Tensor(
                        [Float](repeating: isLastBias ? 2 : 0, count: parameter.shape.count),
                        shape: parameter.shape))
            }
            var noise = RandomStream(seed: 1)
            return Double(
                try model.discriminatorLoss(Batch(images: .zeros([20_000, 1, 2, 1])), noise: &noise)
                    .scalar(on: .cpu))
        }
        // Cross entropy of the score 2 with the target t is ln (1 + e²) − 2 t.
        let both = 2 * log(1 + exp(2.0))
        #expect(abs(try loss(.init()) - (both - 2)) < 1e-5)
        #expect(abs(try loss(.init(smoothing: 0.1)) - (both - 1.8)) < 1e-5)
        // 20,000 draws of each kind: the mean target is within 0.004 of its expectation, four deviations of 0.001 each way.
        #expect(abs(try loss(.init(flipping: 0.25)) - (both - 2)) < 0.04)
        #expect(
            abs(try loss(.init(smoothing: 0.2, flipping: 0.25)) - (both - 2 * (0.75 * 0.8 + 0.25))) < 0.04)
    }

    @Test("A discriminator that compares sees the other pictures of a batch", arguments: TestDevices.all)
    func comparison(device: Device) throws {
        for comparison in BatchComparison.allCases {
            var plan = DCGANPlan(imageShape: [8, 8, 1])
            (plan.features, plan.normalization, plan.comparison) = (3, .none, comparison)
            let deep = DCGAN(plan, seed: 1)
            let flat = PerceptronGAN(imageShape: [8, 8, 1], hidden: [8], comparison: comparison, seed: 1)
            var random = RandomStream(seed: 2)
            let x = try (random.uniform([4, 8, 8, 1]) * 2 - 1).evaluated(on: device)
            let alike = Tensor.concatenate([Tensor](repeating: x[0..<1], count: 4), axis: 0)
            func scores(_ x: Tensor) -> [Tensor] {
                [deep.discriminator(x, labels: nil).source, flat.discriminator(x, labels: nil).source]
            }
            for (one, other) in zip(scores(x), scores(alike)) {
                let difference = abs(try (one[0] - other[0]).scalar(on: device) as Float)
                #expect((difference > 1e-6) == (comparison != .none), "\(comparison): \(difference)")
            }
        }
    }

    @Test("A generator that drops features does so in drawing, too", arguments: TestDevices.all)
    func dropout(device: Device) throws {
        var plan = DCGANPlan(imageShape: [8, 8, 1])
        (plan.features, plan.latents, plan.dropoutRate) = (8, 3, 0.5)
        let deep = DCGAN(plan, seed: 1)
        let flat = PerceptronGAN(imageShape: [8, 8, 1], hidden: [64], latents: 3, dropoutRate: 0.5, seed: 1)
        func check(_ model: some ImageSharingModel & LatentDrawingModel) throws {
            func values(_ pictures: Tensor) throws -> [Float] {
                try pictures.array(of: Float.self, on: device)
            }
            // The same latents, twice; only what is dropped differs.
            let z = Tensor([Float](repeating: 0.4, count: 6), shape: [2, 3])
            let both = try values(model.decoded(z, labels: nil))
            #expect(both[..<64] != both[64...])
            #expect(try values(model.decoded(z, labels: nil)) == both)
            let drawn = try values(model.samples(5, seed: 3))
            #expect(try values(model.samples(5, seed: 3)) == drawn)
            for (one, other) in zip(try values(model.samples(2, seed: 3)), drawn) {
                #expect(abs(one - other) < 1e-6)
            }
        }
        try check(deep)
        try check(flat)
    }

    @Test("Samples are their latents, decoded", arguments: TestDevices.all)
    func latents(device: Device) throws {
        let model = DCGAN(imageShape: [8, 8, 1], features: 3, latents: 5, classes: 4, seed: 1)
        let z = model.drawnLatents(6, seed: 9)
        #expect(z.shape == [6, 5])
        let decoded = model.decoded(z, labels: [0, 1, 2, 3, 0, 1])
        let difference = (decoded - model.samples(6, seed: 9)).abs().max()
        #expect(try difference.scalar(on: device) < 1e-6 as Float)
    }
}
