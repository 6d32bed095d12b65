import Gannet

/// A generative adversarial network of fully connected layers, as that of Goodfellow et al. (arXiv:1406.2661) for MNIST.
public typealias PerceptronGAN = GAN<PerceptronGenerator, PerceptronDiscriminator>

/// G: hidden layers with rectifiers, and a last tanh.
public struct PerceptronGenerator: GeneratorNetwork {
    public let imageShape: Shape
    public let latents: Int
    public let classCount: Int?
    private let table: Embedding?
    private let layers: [Linear]
    private let dropout: Dropout

    /// Creates the network with so many units in its hidden layers, which are dropped with a probability, see ``DCGANPlan/dropoutRate``.
    public init(
        imageShape: Shape, hidden: [Int] = [256, 512], latents: Int = 64, classes: Int? = nil,
        dropoutRate: Float = 0, random: inout RandomStream
    ) {
        (self.imageShape, self.latents, classCount) = (imageShape, latents, classes)
        dropout = Dropout(rate: dropoutRate, dropsAlways: true)
        table = classes.map { Embedding(count: $0, features: latents, random: &random) }
        let widths = [latents * (classes == nil ? 1 : 2)] + hidden + [imageShape.count]
        layers = zip(widths, widths.dropFirst()).map { Linear(inputs: $0, outputs: $1, random: &random) }
    }

    public func callAsFunction(_ z: Tensor, labels: Tensor?) -> Tensor {
        let told = table.joined(to: z, of: labels)
        let h = layers.dropLast().reduce(told) { dropout($1($0).relu()) }
        return layers.last!(h).tanh().reshape(Shape([z.shape[0]] + imageShape.extents))
    }
}

/// D: hidden layers with leaky rectifiers.
public struct PerceptronDiscriminator: DiscriminatorNetwork {
    private let table: Embedding?
    private let layers: [Linear]
    private let comparison: Sequential

    /// Creates the network with so many units in its hidden layers.
    ///
    /// - Parameters:
    ///   - classes: How many classes it is told one of; nil for none.
    ///   - comparison: What it sees of how the pictures of a batch differ.
    public init(
        imageShape: Shape, hidden: [Int] = [512, 256], classes: Int? = nil,
        comparison: BatchComparison = .none, random: inout RandomStream
    ) {
        table = classes.map { Embedding(count: $0, features: hidden.first ?? 1, random: &random) }
        let widths = [imageShape.count + (table?.features ?? 0)] + hidden
        let first = zip(widths, widths.dropFirst()).map {
            Linear(inputs: $0, outputs: $1, random: &random)
        }
        let (added, outputs) = comparison.layers(inputs: widths.last!, random: &random)
        self.comparison = Sequential(added)
        layers = first + [Linear(inputs: outputs, outputs: 1, random: &random)]
    }

    public func callAsFunction(_ x: Tensor, labels: Tensor?) -> DiscriminatorScores {
        let told = table.joined(to: x.reshape(x.shape[0], -1), of: labels)
        let h = layers.dropLast().reduce(told) { $1($0).leakyReLU(slope: 0.2) }
        return DiscriminatorScores(source: layers.last!(comparison(h)).reshape([x.shape[0]]))
    }
}

extension GAN where Generator == PerceptronGenerator, Discriminator == PerceptronDiscriminator {
    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels]; pixels in 0…1.
    ///   - hidden: The units of the generator's hidden layers; the discriminator has the same ones in reverse.
    ///   - latents: The number of latent variables.
    ///   - classes: How many classes the networks are told one of; nil for none.
    ///   - comparison: What the discriminator sees of how the pictures of a batch differ.
    ///   - dropoutRate: The probability with which each unit of the generator is dropped, see ``DCGANPlan/dropoutRate``.
    ///   - objective: What the networks minimise.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, hidden: [Int] = [256, 512], latents: Int = 64, classes: Int? = nil,
        comparison: BatchComparison = .none, dropoutRate: Float = 0,
        objective: AdversarialObjective = .init(), seed: UInt64 = 0
    ) {
        if imageShape.rank != 3 || latents < 1 || hidden.contains(where: { $0 < 1 })
            || classes.map({ $0 < 1 }) ?? false || !(0..<1).contains(dropoutRate)
        {
            invalidUse(
                "PerceptronGAN",
                "\(latents) latents, layers of \(hidden) units of which \(dropoutRate) are dropped, and pictures of shape \(imageShape)"
            )
        }
        var random = RandomStream(seed: seed, for: .initialization)
        self.init(
            generator: PerceptronGenerator(
                imageShape: imageShape, hidden: hidden, latents: latents, classes: classes,
                dropoutRate: dropoutRate, random: &random),
            discriminator: PerceptronDiscriminator(
                imageShape: imageShape, hidden: hidden.reversed(), classes: classes, comparison: comparison,
                random: &random),
            objective: objective)
    }
}
