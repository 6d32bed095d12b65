import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// Both networks learn as PyTorch's do, from the same weights, pictures and noise.
@Suite("Losses of adversarial networks against PyTorch's")
struct AdversarialCurveTests {
    /// From `Fixtures/adversarial_curves.json`, which `adversarial_curves.py` writes.
    private struct Curves: Decodable {
        struct Losses: Decodable {
            let generator: [Float]
            /// Those of the last update in each step.
            let discriminator: [Float]
        }

        struct Curve: Decodable {
            let initial: [String: [Float]]
            /// z of each update: those of the discriminator, and then that of the generator.
            let noise: [Float]
            /// Where between pictures of both kinds a penalty looks, for each update of the discriminator.
            let epsilon: [Float]
            let losses: Losses
        }

        /// 16 pictures of 16×16 pixels, 0 to 255.
        let images: [Float]
        let dcgan: Curve
        let wganGP: Curve
    }

    private static let curves: Curves = readFixture("adversarial_curves.json")
    private static let (batchSize, latents, pixels) = (4, 5, 16 * 16)

    private static func images(_ update: Int) -> Tensor {
        let first = update * batchSize % 16 * pixels
        return Tensor(
            curves.images[first..<first + batchSize * pixels].map { $0 / 255 }, shape: [batchSize, 16, 16, 1])
    }

    @Test("All losses of a DCGAN agree within 1e-3", arguments: TestDevices.all)
    func dcgan(device: Device) throws {
        try check(
            Self.curves.dcgan, DCGAN(imageShape: [16, 16, 1], features: 4, latents: 5), steps: 1,
            beta2: 0.999,
            on: device)
    }

    @Test("All losses of a WGAN-GP agree within 1e-3", arguments: TestDevices.all)
    func wganGP(device: Device) throws {
        let model = DCGAN(
            imageShape: [16, 16, 1], features: 4, latents: 5, normalization: .none,
            objective: .wassersteinWithGradientPenalty)
        try check(Self.curves.wganGP, model, steps: 5, beta2: 0.9, on: device)
    }

    /// ``GAN/discriminatorLoss(_:against:noise:)``, with places between pictures that are given rather than drawn.
    private func loss(of model: DCGAN, _ images: Tensor, _ made: Tensor, _ epsilon: Tensor) -> Tensor {
        let judge = { (x: Tensor) in model.discriminator(x, labels: nil).source }
        let real = images * 2 - 1
        let loss = model.objective.loss.discriminator(real: judge(real), made: judge(made))
        return model.objective.penalties.reduce(loss) { loss, penalty in
            loss + penalty.value(of: judge, real: real, made: made, epsilon: epsilon)
        }
    }

    @Test(
        "The model's own loss is the one that is compared, with places that it draws",
        arguments: TestDevices.all)
    func ownLoss(device: Device) throws {
        for normalization in [DiscriminatorNormalization.batch, .none] {
            let model = DCGAN(
                imageShape: [16, 16, 1], features: 4, latents: 5, normalization: normalization,
                objective: normalization == .batch ? .init() : .wassersteinWithGradientPenalty)
            let images = Self.images(0)
            let made = Self.images(1) * 2 - 1
            var (noise, again) = (RandomStream(seed: 7), RandomStream(seed: 7))
            let expected = loss(of: model, images, made, again.uniform([Self.batchSize, 1, 1, 1]))
            let own = model.discriminatorLoss(Batch(images: images), against: made, noise: &noise)
            #expect(abs(try (own - expected).scalar(on: device) as Float) < 1e-5)
        }
    }

    private func check(
        _ curve: Curves.Curve, _ model: DCGAN, steps: Int, beta2: Double, on device: Device
    ) throws {
        for (path, parameter) in model.parameters {
            parameter.assign(Tensor(try #require(curve.initial[path], "\(path)"), shape: parameter.shape))
        }
        let generator = Adam(for: model.generator, learningRate: 1e-3, beta1: 0.5, beta2: beta2)
        let discriminator = Adam(for: model.discriminator, learningRate: 1e-3, beta1: 0.5, beta2: beta2)
        func made(_ number: Int) -> Tensor {
            let count = Self.batchSize * Self.latents
            let z = Array(curve.noise[number * count..<(number + 1) * count])
            return model.generator(Tensor(z, shape: [Self.batchSize, Self.latents]), labels: nil)
        }
        func discriminatorLoss(_ step: Int, _ part: Int) -> Tensor {
            let update = step * steps + part
            let (real, made) = (Self.images(update), made(step * (steps + 1) + part))
            let range = update * Self.batchSize..<(update + 1) * Self.batchSize
            let epsilon = Tensor(Array(curve.epsilon[range]), shape: [Self.batchSize, 1, 1, 1])
            return loss(of: model, real, made, epsilon)
        }
        func isNear(_ seen: Tensor, _ expected: Float) throws -> Bool {
            abs(try seen.scalar(on: device) - expected) <= 1e-3 * abs(expected)
        }
        for step in curve.losses.generator.indices {
            var loss: Tensor!
            for part in 0..<steps {
                loss = try discriminator.update(minimizing: discriminatorLoss(step, part), on: device)
            }
            #expect(try isNear(loss, curve.losses.discriminator[step]), "discriminator, step \(step + 1)")
            let other = try generator.update(
                minimizing: RandomStream.withCurrent {
                    model.generatorLoss(
                        of: made(step * (steps + 1) + steps), Batch(images: Self.images(0)), noise: &$0)
                }, on: device)
            #expect(try isNear(other, curve.losses.generator[step]), "generator, step \(step + 1)")
        }
    }
}
