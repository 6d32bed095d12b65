import Gannet

/// The diffusion model of Ho, Jain and Abbeel, "Denoising Diffusion Probabilistic Models" (arXiv:2006.11239).
///
/// Pictures x₀ become noise in T steps, xₜ = √ᾱₜ x₀ + √(1 − ᾱₜ) ε with ε ~ N(0, 1) (equation 4). A network ε_θ is
/// trained to tell the noise from the noised picture and the time step (equation 14, algorithm 1):
///
///     L_simple = E |ε − ε_θ(xₜ, t)|²,   t uniform
///
/// here as the mean over pixels; or by another ``DiffusionObjective``. Pictures are drawn from the last step back to the first, by
/// algorithm 2 or another ``DiffusionSampler``.
///
/// A model of classes is told the class of a picture, or with a probability of ``labelDropout`` that it is none of them, so that it
/// can be guided to a class without a classifier: Ho and Salimans, "Classifier-Free Diffusion Guidance" (arXiv:2207.12598).
public struct DDPM: GenerativeModel, ImageModel {
    /// The shape of one picture: [height, width, channels].
    public let imageShape: Shape
    /// How pictures become noise, and what the network predicts.
    public let diffusion: GaussianDiffusion
    /// What the network is trained by.
    public let objective: DiffusionObjective
    /// ε_θ, or what else predicts. Of the classes that it is told the last stands for none.
    public let network: UNet
    /// The probability with which the network is not told a picture's class in training.
    public let labelDropout: Float
    /// By what the time steps of training are drawn; nil where all are as likely.
    private let importance: TimestepImportance?

    /// How ``samples(_:seed:)`` goes back from noise to pictures.
    public var sampler: DiffusionSampler
    /// w, how strongly pictures are guided to the class that is asked for, or away from what ``weakerNetwork`` makes. With 0 they are
    /// drawn by ε_θ(x, c) alone.
    public var guidance: Float = 0
    /// A worse network of the same pictures, classes, schedule and prediction, one that is smaller or was trained for less long, that
    /// pictures are guided away from.
    public var weakerNetwork: UNet?
    /// How often ``completions(of:seed:)`` makes each of the sampler's steps: the more often, the better what is drawn goes with what
    /// is given (algorithm 1 of Lugmayr et al., arXiv:2201.09865).
    public var completionVisits = 1

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels]; pixels are in 0…1, and sides multiples of 2 to the number of
    ///     levels less one.
    ///   - network: What the network is like; its channels are the pictures', and its outputs and classes follow from the
    ///     others.
    ///   - diffusion: How pictures become noise, and what the network predicts.
    ///   - objective: What it is trained by.
    ///   - drawsTimestepsByImportance: Whether time steps are drawn as often as their losses are large; see
    ///     ``TimestepImportance``.
    ///   - classes: How many classes pictures may be of; nil where that is not to matter.
    ///   - labelDropout: The probability with which the network is not told a picture's class in training.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, network: UNet.Configuration, diffusion: GaussianDiffusion = GaussianDiffusion(),
        objective: DiffusionObjective = .simple, drawsTimestepsByImportance: Bool = false,
        classes: Int? = nil,
        labelDropout: Float = 0.1, seed: UInt64 = 0
    ) {
        var configuration = network
        configuration.outputs = configuration.channels * diffusion.variance.outputsPerChannel
        configuration.classes = classes.map { $0 + 1 }
        if let objection = configuration.objection(to: imageShape) { invalidUse("DDPM", objection) }
        switch (objective, diffusion.variance) {
        case (.simple, .learned), (.hybrid, .fixedSmall), (.hybrid, .fixedLarge):
            invalidUse("DDPM", "\(objective) does not go with the variance \(diffusion.variance)")
        default: break
        }
        if !(0...1).contains(labelDropout) {
            invalidUse("DDPM", "\(labelDropout) is no probability to drop a class with")
        }
        var random = RandomStream(seed: seed, for: .initialization)
        self.imageShape = imageShape
        self.diffusion = diffusion
        self.objective = objective
        self.labelDropout = labelDropout
        self.network = UNet(configuration, random: &random)
        importance =
            drawsTimestepsByImportance ? TimestepImportance(timesteps: diffusion.schedule.timesteps) : nil
        sampler = DiffusionSampler(.ddpm, of: diffusion)
    }

    /// The network's results for pictures in −1…1 that are noised up to their time steps.
    ///
    /// - Parameter labels: Their classes, `int32` [batch]; nil for a model of no classes, or for pictures of whichever.
    public func denoise(_ images: Tensor, _ timesteps: Tensor, labels: Tensor? = nil) -> Tensor {
        network(images, timesteps, labels: told(labels, of: images.shape[0]))
    }

    /// The classes that the network is told.
    func told(_ labels: Tensor?, of batch: Int) -> Tensor? {
        guard let classes = conditioningClassCount else {
            if labels != nil { invalidUse("DDPM", "classes are given to a model that has none") }
            return nil
        }
        return labels ?? Tensor([Int32](repeating: Int32(classes), count: batch))
    }
}

extension DDPM: LikelihoodModel, ConditionalModel {
    public var conditioningClassCount: Int? { network.classCount.map { $0 - 1 } }

    /// 250.
    public var evaluationBatchSize: Int { 250 }

    /// The mean over the batch of ``GaussianDiffusion/losses(_:of:at:key:decoder:denoiser:)``, with t and ε drawn from `noise`.
    public func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        var labels = conditioningClassCount == nil ? nil : labels(of: batch)
        if let known = labels, labelDropout > 0 {
            let isDropped = noise.uniform([batch.count]) .< .literal(labelDropout)
            labels = select(isDropped, .literal(Int32(conditioningClassCount!)), known)
        }
        var weights: Tensor?
        let timesteps: Tensor
        if let importance {
            let drawn = importance.drawn(batch.count, noise: &noise)
            (timesteps, weights) = (drawn.timesteps, drawn.weights)
        } else {
            timesteps = noise.integers(below: UInt32(diffusion.schedule.timesteps), [batch.count])
        }
        let losses = diffusion.losses(
            objective, of: batch.images * 2 - 1, at: timesteps, key: noise.nextKey()
        ) { denoise($0, $1, labels: labels) }
        importance?.record(losses, at: timesteps)
        return (weights.map { losses * $0 } ?? losses).mean()
    }

    private func labels(of batch: Batch) -> Tensor {
        guard let labels = batch.labels else { invalidUse("DDPM", "the pictures come without their classes") }
        return labels
    }

    /// A bound of pixels of 256 levels: for each picture T times the term of one time step, and L_T. Time steps are spread evenly
    /// over the batch, so that the mean over pictures is that of the bound.
    public func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        let images = batch.images * 2 - 1
        let labels = conditioningClassCount == nil ? nil : labels(of: batch)
        let steps = Float(diffusion.schedule.timesteps)
        let places = Tensor.range(batch.count).cast(to: .float32) + noise.uniform([1])
        let timesteps = minimum((places * .literal(steps / Float(batch.count))).floor(), .literal(steps - 1))
        let term = diffusion.term(of: images, at: timesteps.cast(to: .int32), key: noise.nextKey(), clip: 1) {
            denoise($0, $1, labels: labels)
        }
        return .literal(steps) * term + diffusion.priorTerm(of: images)
    }

    /// Pictures of whichever classes, or of a model of classes, of these in turn.
    public func samples(_ count: Int, seed: UInt64) -> Tensor {
        drawn(count, labels: classesInTurn(count), seed: seed)
    }

    /// The classes of so many pictures where nobody asks for others; nil where there are none.
    func classesInTurn(_ count: Int) -> [Int]? {
        conditioningClassCount.map { classes in (0..<count).map { $0 % classes } }
    }

    public func samples(of labels: [Int], seed: UInt64) -> Tensor {
        drawn(labels.count, labels: labels, seed: seed)
    }

    private func drawn(_ count: Int, labels: [Int]?, seed: UInt64) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        let start = random.normal(Shape([count] + imageShape.extents))
        return shown(sampler.examples(from: start, noise: &random, denoiser: guided(labels)))
    }

    /// Pictures in 0…1 of those that the process has.
    func shown(_ images: Tensor) -> Tensor { ((images + 1) / 2).clamped(to: 0...1) }
}
