import Gannet

/// What the networks of a ``DCGAN`` are like, and how they are cut.
public struct DCGANPlan: Sendable {
    /// [height, width, channels]; height and width are even.
    public var imageShape: Shape
    /// The number of features of both networks at the largest size, twice as many at each smaller one.
    public var features = 32
    /// The number of latent variables.
    public var latents = 64
    /// The units of a fully connected layer at the small end of both networks, which those for small pictures, of few convolutions, gain by
    /// (Chen et al., arXiv:1606.03657, appendix C.1); nil for none.
    public var hidden: Int?
    /// How many classes the networks are told one of; nil for none.
    public var classes: Int?
    /// Whether the discriminator tells the class of a picture, rather than being told.
    public var tellsClasses = false
    /// How the discriminator's features are normalised.
    public var normalization = DiscriminatorNormalization.batch
    /// What the discriminator sees of how the pictures of a batch differ.
    public var comparison = BatchComparison.none
    /// The probability with which each feature of the generator is dropped before a layer, also when pictures are drawn: noise in place of, or
    /// beside, that of the latents (Isola et al., arXiv:1611.07004, section 3.2).
    public var dropoutRate: Float = 0

    /// Creates a plan for pictures of a shape; the rest can be set.
    public init(imageShape: Shape) { self.imageShape = imageShape }

    /// Says what makes no sense; nil where all is well.
    public var objection: String? {
        if imageShape.rank != 3 || imageShape[0] % 2 != 0 || imageShape[1] % 2 != 0 {
            return "pictures of shape \(imageShape) are not [height, width, channels] with even sides"
        }
        if features < 1 || latents < 1 { return "there are \(features) features and \(latents) latents" }
        if let hidden, hidden < 1 { return "there are \(hidden) hidden units" }
        if let classes, classes < 1 { return "there are \(classes) classes" }
        if tellsClasses, classes == nil { return "there are no classes for the discriminator to tell" }
        if !(0..<1).contains(dropoutRate) { return "\(dropoutRate) is no probability to drop features with" }
        return nil
    }

    /// Stops where there is an objection.
    func check() { if let objection { invalidUse("DCGAN", objection) } }

    /// About how many weights both networks have, for the check that they fit in memory.
    public var weightCount: Double {
        check()
        let pixels = Double(imageShape[0] * imageShape[1])
        let convolutions = zip([imageShape[2] + 1] + widths, widths).reduce(0.0) {
            $0 + 16 * Double($1.0) * Double($1.1)
        }
        let (latents, classes) = (Double(latents), Double(classes ?? 0))
        let plane = Double(smallestPlane.count)
        let ends = hidden.map { Double($0) * (2 * plane + 2 * latents + 1 + classes) }
        return 2 * convolutions + (ends ?? plane * (2 * latents + 1 + classes))
            + classes * (pixels + latents)
    }

    // MARK: How the networks are cut

    /// How weights start: Radford et al., arXiv:1511.06434, section 4.1.
    static let weights = Initializer.normal(deviation: 0.02)

    /// The features behind each halving of the sides, which are halved until one is shorter than 8 or odd.
    var widths: [Int] {
        var (height, width, halvings) = (imageShape[0], imageShape[1], 0)
        while height % 2 == 0, width % 2 == 0, halvings == 0 || min(height, width) >= 8 {
            (height, width, halvings) = (height / 2, width / 2, halvings + 1)
        }
        return (0..<halvings).map { features << $0 }
    }

    /// [height, width, features] behind the last halving.
    var smallestPlane: Shape {
        let widths = widths
        return [imageShape[0] >> widths.count, imageShape[1] >> widths.count, widths.last!]
    }

    /// What drops the generator's features.
    var dropout: Dropout { Dropout(rate: dropoutRate, dropsAlways: true) }

    /// From latents and what is told of a class to the smallest plane.
    func projection(random: inout RandomStream) -> any Layer {
        func layer(_ inputs: Int, _ outputs: Int) -> Linear {
            Linear(inputs: inputs, outputs: outputs, bias: false, weights: Self.weights, random: &random)
        }
        let inputs = latents * (classes == nil ? 1 : 2)
        guard let hidden else { return layer(inputs, smallestPlane.count) }
        return Sequential([
            layer(inputs, hidden), BatchNorm(channels: hidden), Activation.relu,
            layer(hidden, smallestPlane.count),
        ])
    }

    /// What the discriminator makes of the smallest plane before it scores, and how many features there are then.
    func ending(random: inout RandomStream) -> (layers: [any Layer], outputs: Int) {
        guard let hidden else { return ([Flatten()], smallestPlane.count) }
        let layer = Linear(
            inputs: smallestPlane.count, outputs: hidden, bias: normalization != .batch,
            weights: Self.weights,
            random: &random)
        return (
            [Flatten()] + normalization.layers(layer, random: &random) + [Activation.leakyReLU(slope: 0.2)],
            hidden
        )
    }

    /// The plane that tells the discriminator a class; nil where it is told none.
    func classMap(random: inout RandomStream) -> Embedding? {
        if tellsClasses { return nil }
        return classes.map {
            Embedding(count: $0, features: imageShape[0] * imageShape[1], random: &random)
        }
    }

    /// A last layer of the discriminator.
    func scores(_ inputs: Int, _ outputs: Int, random: inout RandomStream) -> any Layer {
        normalization.last(
            Linear(inputs: inputs, outputs: outputs, weights: Self.weights, random: &random), random: &random)
    }
}

extension GAN where Generator == DCGANGenerator, Discriminator == DCGANDiscriminator {
    /// Creates a DCGAN.
    ///
    /// - Parameters:
    ///   - plan: What the networks are like; one that has an ``DCGANPlan/objection`` is invalid.
    ///   - objective: What the networks minimise.
    ///   - seed: What the initial weights follow from.
    public init(_ plan: DCGANPlan, objective: AdversarialObjective = .init(), seed: UInt64 = 0) {
        plan.check()
        if plan.normalization == .batch, !objective.penalties.isEmpty {
            invalidUse(
                "DCGAN",
                "a penalty on the gradient of each picture, with a discriminator that normalises over the batch"
            )
        }
        var random = RandomStream(seed: seed, for: .initialization)
        self.init(
            generator: DCGANGenerator(plan, random: &random),
            discriminator: DCGANDiscriminator(plan, random: &random), objective: objective)
    }

    /// Creates a DCGAN for pictures of shape `imageShape`, [height, width, channels] with pixels in 0…1; for the other parameters see
    /// ``DCGANPlan``.
    public init(
        imageShape: Shape, features: Int = 32, latents: Int = 64, classes: Int? = nil,
        tellsClasses: Bool = false, normalization: DiscriminatorNormalization = .batch,
        objective: AdversarialObjective = .init(), seed: UInt64 = 0
    ) {
        var plan = DCGANPlan(imageShape: imageShape)
        (plan.features, plan.latents, plan.classes) = (features, latents, classes)
        (plan.tellsClasses, plan.normalization) = (tellsClasses, normalization)
        self.init(plan, objective: objective, seed: seed)
    }

    /// The training of section 4.1 of the paper, Adam with β₁ = 0.5 for both networks, at half its learning rate: that keeps networks this
    /// small from oscillating.
    public func training(
        learningRate: Float = 1e-4, schedule: AdversarialSchedule = .alternating, discriminatorSteps: Int = 1
    ) -> AdversarialTraining<Self> {
        AdversarialTraining(
            of: self, generator: Adam(for: generator, learningRate: learningRate, beta1: 0.5),
            discriminator: Adam(for: discriminator, learningRate: learningRate, beta1: 0.5),
            schedule: schedule,
            discriminatorSteps: discriminatorSteps)
    }
}
