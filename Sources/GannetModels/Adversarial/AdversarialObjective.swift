import Gannet

/// What the two networks of a ``GAN`` minimise: a loss, what keeps the discriminator smooth, and what keeps it from winning too early.
public struct AdversarialObjective: Sendable, Hashable {
    /// The loss.
    public var loss: AdversarialLoss
    /// Terms of the discriminator's loss.
    public var penalties: [CriticPenalty]
    /// ε of a further term, ε D(x)² at pictures of the data, which keeps scores near 0 (Karras et al., arXiv:1710.10196, appendix A.1, with
    /// 0.001).
    public var drift: Float
    /// By how much less than 1 the discriminator is to say of pictures of the data (Salimans et al., arXiv:1606.03498, section 3.4).
    public var smoothing: Float
    /// The share of pictures of either kind that the discriminator is told to be of the other.
    public var flipping: Float
    /// Noise on all pictures that the discriminator sees; nil for none.
    public var instanceNoise: InstanceNoise?
    /// Whether the discriminator sees pictures of the data and made ones as one batch, whose statistics its normalisation takes, rather
    /// than as two.
    public var mixesBatches: Bool
    /// The number of made pictures of earlier updates that are kept, of which the discriminator sees some again in place of half of the new
    /// ones (Shrivastava et al., arXiv:1612.07828, section 2.3); 0 for none.
    public var replay: Int

    /// Creates an objective; see its properties. One that has an ``objection`` is invalid.
    public init(
        _ loss: AdversarialLoss = .nonSaturating, penalties: [CriticPenalty] = [], drift: Float = 0,
        smoothing: Float = 0,
        flipping: Float = 0, instanceNoise: InstanceNoise? = nil, mixesBatches: Bool = false, replay: Int = 0
    ) {
        self.loss = loss
        self.penalties = penalties
        self.drift = drift
        self.smoothing = smoothing
        self.flipping = flipping
        self.instanceNoise = instanceNoise
        self.mixesBatches = mixesBatches
        self.replay = replay
        if let objection { invalidUse("AdversarialObjective", objection) }
    }

    /// That of WGAN-GP: Gulrajani et al., arXiv:1704.00028, equation 3, with λ = 10.
    public static let wassersteinWithGradientPenalty = AdversarialObjective(
        .wasserstein, penalties: [.gradient(weight: 10)])

    /// Says what makes no sense; nil where all is well.
    public var objection: String? {
        if !(0..<1).contains(smoothing) {
            return "labels cannot be smoothed by \(smoothing): it is to be from 0 to below 1"
        }
        if !(0...0.5).contains(flipping) {
            return "a share of \(flipping) cannot be flipped: it is to be from 0 to 0.5"
        }
        if !loss.hasTargets, smoothing > 0 || flipping > 0 {
            return "the loss \(loss.rawValue) has no labels to smooth or to flip"
        }
        if replay < 0 || replay > 1 << 20 {
            return "\(replay) pictures cannot be kept: it is to be from 0 to 2²⁰"
        }
        if !(drift >= 0 && drift.isFinite) { return "scores cannot count \(drift)" }
        if let penalty = penalties.first(where: { !($0.weight >= 0 && $0.weight.isFinite) }) {
            return "a penalty cannot have the weight \(penalty.weight)"
        }
        return nil
    }

    /// A discriminator as a function of pictures and of their classes.
    typealias Discriminator = (_ x: Tensor, _ labels: Tensor?) -> DiscriminatorScores

    /// What the discriminator minimises: a scalar.
    ///
    /// - Parameters:
    ///   - discriminator: D.
    ///   - real: Pictures of the data in −1…1.
    ///   - made: As many that the generator made.
    ///   - labels: The classes of both, `int32` [batch].
    ///   - replayed: What takes the place of made pictures but in penalties, and the classes of it; nil for nothing.
    ///   - updates: How many updates were made, a scalar.
    func discriminatorLoss(
        of discriminator: Discriminator, real: Tensor, made: Tensor, labels: Tensor?,
        replayed: (pictures: Tensor, labels: Tensor?)?, updates: Tensor?, noise: inout RandomStream
    ) -> Tensor {
        let real = noised(real, updates, &noise)
        let shown = replayed ?? (made, labels)
        let judged = noised(shown.pictures, updates, &noise)
        let (realScores, madeScores) = scores(discriminator, (real, labels), (judged, shown.labels))
        var total = loss.discriminator(
            real: realScores.source, made: madeScores.source,
            realTarget: target(1 - smoothing, flipped: 0, like: realScores.source, &noise),
            madeTarget: target(0, flipped: 1, like: madeScores.source, &noise))
        total = total + classLoss(realScores, labels) + classLoss(madeScores, shown.labels)
        if drift > 0 { total = total + .literal(drift) * realScores.source.squared().mean() }
        for penalty in penalties {
            total =
                total
                + penalty.value(
                    of: { discriminator($0, labels).source }, real: real,
                    made: replayed == nil ? judged : noised(made, updates, &noise), noise: &noise)
        }
        return total
    }

    /// What the generator minimises: a scalar; see ``discriminatorLoss(of:real:made:labels:replayed:updates:noise:)``.
    func generatorLoss(
        of discriminator: Discriminator, made: Tensor, labels: Tensor?, updates: Tensor?,
        noise: inout RandomStream
    ) -> Tensor {
        let scores = discriminator(noised(made, updates, &noise), labels)
        return loss.generator(made: scores.source) + classLoss(scores, labels)
    }

    private func scores(
        _ discriminator: Discriminator, _ real: (Tensor, labels: Tensor?), _ made: (Tensor, labels: Tensor?)
    ) -> (real: DiscriminatorScores, made: DiscriminatorScores) {
        if !mixesBatches { return (discriminator(real.0, real.labels), discriminator(made.0, made.labels)) }
        let labels = real.labels.map { Tensor.concatenate([$0, made.labels!], axis: 0) }
        let both = discriminator(.concatenate([real.0, made.0], axis: 0), labels)
        let count = real.0.shape[0]
        func part(_ range: Range<Int>) -> DiscriminatorScores {
            DiscriminatorScores(source: both.source[range], classes: both.classes.map { $0[range] })
        }
        return (part(0..<count), part(count..<2 * count))
    }

    /// How far a discriminator that tells classes is from the right ones (Odena, Olah and Shlens, arXiv:1610.09585, equation 3); 0 for others.
    private func classLoss(_ scores: DiscriminatorScores, _ labels: Tensor?) -> Tensor {
        guard let classes = scores.classes else { return .literal(Float(0)) }
        guard let labels else {
            invalidUse("GAN", "the discriminator tells classes, and the generator is not told any")
        }
        return crossEntropy(logits: classes, labels: labels).mean()
    }

    /// What the discriminator is to say of each picture; nil where it is the standard.
    private func target(
        _ standard: Float, flipped: Float, like scores: Tensor, _ noise: inout RandomStream
    ) -> Tensor? {
        if !loss.hasTargets || smoothing == 0 && flipping == 0 { return nil }
        if flipping == 0 { return .full(standard, shape: scores.shape) }
        return select(
            noise.uniform(scores.shape) .< .literal(flipping), .literal(flipped), .literal(standard))
    }

    private func noised(_ images: Tensor, _ updates: Tensor?, _ noise: inout RandomStream) -> Tensor {
        guard let instanceNoise, let updates else { return images }
        return images + instanceNoise.deviation(after: updates) * noise.normal(images.shape)
    }
}

/// Noise on all pictures that a discriminator sees, by which the two kinds overlap (Sønderby et al., arXiv:1610.04490, section 2.2; Arjovsky
/// and Bottou, arXiv:1701.04862, section 3). It falls in a straight line.
public struct InstanceNoise: Sendable, Hashable {
    /// The standard deviation at first, where pictures are in −1…1.
    public var deviation: Float
    /// After how many updates of the discriminator there is none left.
    public var updates: Int

    /// Creates a noise.
    public init(deviation: Float, updates: Int) {
        if !(deviation > 0 && deviation.isFinite) || updates < 1 {
            invalidUse("InstanceNoise", "noise of \(deviation) that falls over \(updates) updates")
        }
        (self.deviation, self.updates) = (deviation, updates)
    }

    /// What is left of it after so many updates, a scalar.
    public func deviation(after updates: Tensor) -> Tensor {
        .literal(deviation) * maximum(1 - updates / .literal(Float(self.updates)), 0)
    }
}
