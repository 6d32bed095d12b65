import Gannet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How the networks of a ``DCGAN`` for pictures of a shape are cut.
struct DCGANPlan {
    /// How weights start: Radford et al., arXiv:1511.06434, section 4.1.
    static let weights = Initializer.normal(deviation: 0.02)

    /// The features behind each halving of the sides, the first of which has those that are given.
    let widths: [Int]

    /// For pictures [height, width, channels] whose sides can be halved: they are, until one is shorter than 8 or odd.
    init(_ imageShape: Shape, _ features: Int) {
        if let objection = DCGAN.objection(to: imageShape) { invalidUse("DCGAN", objection) }
        if features < 1 { invalidUse("DCGAN", "there are \(features) features") }
        var (height, width, halvings) = (imageShape[0], imageShape[1], 0)
        while height % 2 == 0, width % 2 == 0, halvings == 0 || min(height, width) >= 8 {
            (height, width, halvings) = (height / 2, width / 2, halvings + 1)
        }
        widths = (0..<halvings).map { features << $0 }
    }
}

extension GAN where Generator == DCGANGenerator, Discriminator == DCGANDiscriminator {
    /// Creates a DCGAN for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels]; height and width are even, pixels in 0…1.
    ///   - features: The number of features of both networks at the largest size, twice as many at each smaller one.
    ///   - latents: The number of latent variables.
    ///   - classes: How many classes the networks are told one of; nil for none.
    ///   - tellsClasses: Whether the discriminator tells the class of a picture, rather than being told.
    ///   - normalization: How the discriminator's features are normalised.
    ///   - objective: What the networks minimise.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, features: Int = 32, latents: Int = 64, classes: Int? = nil,
        tellsClasses: Bool = false,
        normalization: DiscriminatorNormalization = .batch, objective: AdversarialObjective = .init(),
        seed: UInt64 = 0
    ) {
        if latents < 1 || classes.map({ $0 < 1 }) ?? tellsClasses {
            invalidUse("DCGAN", "\(latents) latents and \(classes.map(String.init) ?? "no") classes")
        }
        if normalization == .batch, !objective.penalties.isEmpty {
            invalidUse(
                "DCGAN",
                "a penalty on the gradient of each picture, with a discriminator that normalises over the batch"
            )
        }
        var random = RandomStream(seed: seed, for: .initialization)
        self.init(
            generator: DCGANGenerator(
                imageShape: imageShape, features: features, latents: latents, classes: classes,
                random: &random),
            discriminator: DCGANDiscriminator(
                imageShape: imageShape, features: features, classes: classes, tellsClasses: tellsClasses,
                normalization: normalization, random: &random),
            objective: objective)
    }

    /// Why there are no networks for pictures of a shape; nil if there are.
    public static func objection(to imageShape: Shape) -> String? {
        if imageShape.rank == 3, imageShape[0] % 2 == 0, imageShape[1] % 2 == 0 { return nil }
        return "pictures of shape \(imageShape) are not [height, width, channels] with even sides"
    }

    /// About how many weights both networks have, for the check that they fit in memory.
    public static func weightCount(imageShape: Shape, features: Int, latents: Int, classes: Int) -> Double {
        let widths = DCGANPlan(imageShape, features).widths
        let plane = Double(imageShape[0] * imageShape[1])
        let left = plane / pow(4, Double(widths.count)) * Double(widths.last!)
        let convolutions = zip([imageShape[2] + 1] + widths, widths).reduce(0.0) {
            $0 + 16 * Double($1.0) * Double($1.1)
        }
        return 2 * convolutions + left * Double(2 * latents + 1 + classes)
            + Double(classes) * (plane + Double(latents))
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
