import Gannet

/// A generative adversarial network: Goodfellow et al., "Generative Adversarial Nets" (arXiv:1406.2661).
///
/// A generator G makes pictures of noise z ~ N(0, 1); a discriminator D scores pictures. They are trained against each other, by what
/// ``AdversarialObjective`` says. Where the networks are told the class of a picture, D(x, y) judges pictures as ones of their class (Mirza and
/// Osindero, arXiv:1411.1784), or tells the class by itself (Odena, Olah and Shlens, arXiv:1610.09585).
public struct GAN<Generator: GeneratorNetwork, Discriminator: DiscriminatorNetwork>: ImageSharingModel,
    ConditionalModel
{
    /// What makes pictures of noise.
    public let generator: Generator
    /// What tells pictures of the data from others.
    public let discriminator: Discriminator
    /// What the two minimise.
    public let objective: AdversarialObjective

    /// How many updates the discriminator made, where something changes with them.
    private let updates: Parameter?
    private let replay: PictureReplay?

    /// Creates a model of two networks.
    public init(generator: Generator, discriminator: Discriminator, objective: AdversarialObjective) {
        if let objection = objective.objection { invalidUse("GAN", objection) }
        self.generator = generator
        self.discriminator = discriminator
        self.objective = objective
        updates = objective.instanceNoise.map { _ in Parameter(Tensor([0] as [Float]), isTrainable: false) }
        replay =
            objective.replay > 0
            ? PictureReplay(size: objective.replay, imageShape: generator.imageShape) : nil
    }

    /// Those of ``AdversarialObjective``; none by the loss of a discriminator that tells classes, which has the loss of these, too.
    public var alarms: [TrainingAlarm] { discriminator.tellsClasses ? [] : objective.alarms }
    public var imageShape: Shape { generator.imageShape }
    public var conditioningClassCount: Int? { generator.classCount }

    /// The classes of a batch, where the networks are told them.
    private func labels(_ batch: Batch) -> Tensor? {
        if generator.classCount == nil { return nil }
        guard let labels = batch.labels else { invalidUse("GAN", "the pictures come without their classes") }
        return labels
    }

    public func madeImages(for batch: Batch, noise: inout RandomStream) -> Tensor {
        generator(noise.normal([batch.count, generator.latents]), labels: labels(batch))
    }

    public func discriminatorLoss(
        _ batch: Batch, against madeImages: Tensor, noise: inout RandomStream
    ) -> Tensor {
        defer { updates?.track { $0 + 1 } }
        let labels = labels(batch)
        let replayed = replay?.mixed(madeImages.stoppingGradient(), labels, noise: &noise)
        return objective.discriminatorLoss(
            of: { discriminator($0, labels: $1) }, real: batch.images * 2 - 1, made: madeImages,
            labels: labels, replayed: replayed, updates: updates?.value.sum(), noise: &noise)
    }

    public func generatorLoss(of madeImages: Tensor, _ batch: Batch, noise: inout RandomStream) -> Tensor {
        objective.generatorLoss(
            of: { discriminator($0, labels: $1) }, made: madeImages, labels: labels(batch),
            updates: updates?.value.sum(), noise: &noise)
    }

    /// Pictures, of the classes in turn where there are such.
    public func samples(_ count: Int, seed: UInt64) -> Tensor {
        guard let classes = generator.classCount else { return samples(count, labels: nil, seed: seed) }
        return samples(of: (0..<count).map { $0 % classes }, seed: seed)
    }

    public func samples(of labels: [Int], seed: UInt64) -> Tensor {
        let classes = generator.classCount ?? 0
        if let wrong = labels.first(where: { !(0..<classes).contains($0) }) {
            invalidUse("samples(of:seed:)", "\(wrong) is not one of \(classes) classes, numbered from 0")
        }
        return samples(labels.count, labels: Tensor(labels.map { Int32($0) }), seed: seed)
    }

    private func samples(_ count: Int, labels: Tensor?, seed: UInt64) -> Tensor {
        let (z, noise) = latents(count, seed: seed)
        return pictures(of: z, labels: labels, noise: noise)
    }
}

extension GAN: LatentDrawingModel {
    public var latents: Int { generator.latents }

    public func drawnLatents(_ count: Int, seed: UInt64) -> Tensor { latents(count, seed: seed).0 }

    /// A generator that drops features makes of the same latents one picture here, another among others, and another as a sample.
    public func decoded(_ latents: Tensor, labels: [Int]?) -> Tensor {
        pictures(
            of: latents, labels: labels.map { Tensor($0.map { Int32($0) }) },
            noise: self.latents(0, seed: 0).noise)
    }

    /// Latents, and what the generator draws from by itself.
    private func latents(_ count: Int, seed: UInt64) -> (Tensor, noise: RandomStream) {
        var noise = RandomStream(seed: seed, for: .sampling)
        return (noise.normal([count, latents]), noise)
    }

    /// Pictures in 0…1.
    private func pictures(of z: Tensor, labels: Tensor?, noise: RandomStream) -> Tensor {
        var noise = noise
        return RandomStream.with(&noise) { (generator(z, labels: labels) + 1) / 2 }
    }
}
