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

    /// Creates the network with so many units in its hidden layers.
    public init(
        imageShape: Shape, hidden: [Int] = [256, 512], latents: Int = 64, classes: Int? = nil,
        random: inout RandomStream
    ) {
        (self.imageShape, self.latents, classCount) = (imageShape, latents, classes)
        table = classes.map { Embedding(count: $0, features: latents, random: &random) }
        let widths = [latents * (classes == nil ? 1 : 2)] + hidden + [imageShape.count]
        layers = zip(widths, widths.dropFirst()).map { Linear(inputs: $0, outputs: $1, random: &random) }
    }

    public func callAsFunction(_ z: Tensor, labels: Tensor?) -> Tensor {
        let told = table.map { .concatenate([z, $0.told(labels)], axis: 1) } ?? z
        let h = layers.dropLast().reduce(told) { $1($0).relu() }
        return layers.last!(h).tanh().reshape(Shape([z.shape[0]] + imageShape.extents))
    }
}

/// D: hidden layers with leaky rectifiers.
public struct PerceptronDiscriminator: DiscriminatorNetwork {
    private let table: Embedding?
    private let layers: [Linear]

    /// Creates the network with so many units in its hidden layers.
    ///
    /// - Parameter classes: How many classes it is told one of; nil for none.
    public init(
        imageShape: Shape, hidden: [Int] = [512, 256], classes: Int? = nil, random: inout RandomStream
    ) {
        table = classes.map { Embedding(count: $0, features: hidden.first ?? 1, random: &random) }
        let widths = [imageShape.count + (table?.features ?? 0)] + hidden + [1]
        layers = zip(widths, widths.dropFirst()).map { Linear(inputs: $0, outputs: $1, random: &random) }
    }

    public func callAsFunction(_ x: Tensor, labels: Tensor?) -> DiscriminatorScores {
        let pixels = x.reshape(x.shape[0], -1)
        let told = table.map { .concatenate([pixels, $0.told(labels)], axis: 1) } ?? pixels
        let h = layers.dropLast().reduce(told) { $1($0).leakyReLU(slope: 0.2) }
        return DiscriminatorScores(source: layers.last!(h).reshape([x.shape[0]]))
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
    ///   - objective: What the networks minimise.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, hidden: [Int] = [256, 512], latents: Int = 64, classes: Int? = nil,
        objective: AdversarialObjective = .init(), seed: UInt64 = 0
    ) {
        if imageShape.rank != 3 || latents < 1 || hidden.contains(where: { $0 < 1 })
            || classes.map({ $0 < 1 }) ?? false
        {
            invalidUse(
                "PerceptronGAN",
                "\(latents) latents, layers of \(hidden) units and pictures of shape \(imageShape)")
        }
        var random = RandomStream(seed: seed, for: .initialization)
        self.init(
            generator: PerceptronGenerator(
                imageShape: imageShape, hidden: hidden, latents: latents, classes: classes, random: &random),
            discriminator: PerceptronDiscriminator(
                imageShape: imageShape, hidden: hidden.reversed(), classes: classes, random: &random),
            objective: objective)
    }
}
