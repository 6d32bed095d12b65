import Gannet

/// A network that makes pictures of noise.
public protocol GeneratorNetwork: ImageModel {
    /// The number of latent variables of a picture.
    var latents: Int { get }
    /// The number of classes that it is told one of; nil where it is told none.
    var classCount: Int? { get }

    /// G(z), or G(z, y): pictures [batch, height, width, channels] in −1…1 of latents [batch, latents].
    ///
    /// - Parameter labels: The classes, `int32` [batch], where it is told them.
    func callAsFunction(_ z: Tensor, labels: Tensor?) -> Tensor
}

/// A network that tells pictures of the data from made ones.
public protocol DiscriminatorNetwork: Module {
    /// Whether it tells the class of a picture; false unless a network says otherwise.
    var tellsClasses: Bool { get }

    /// D(x), or D(x, y), of pictures [batch, height, width, channels] in −1…1.
    ///
    /// - Parameter labels: The classes, `int32` [batch], where it is told them.
    func callAsFunction(_ x: Tensor, labels: Tensor?) -> DiscriminatorScores
}

extension DiscriminatorNetwork {
    public var tellsClasses: Bool { false }
}

extension Embedding {
    /// What a network that is told classes sees of them; it must be told.
    func told(_ labels: Tensor?) -> Tensor {
        guard let labels else { invalidUse("GAN", "a network that is told classes was told none") }
        return self(labels)
    }
}

extension Embedding? {
    /// Features [batch, …] with what a network sees of classes behind them, where it is told any.
    func joined(to features: Tensor, of labels: Tensor?) -> Tensor {
        map { .concatenate([features, $0.told(labels)], axis: 1) } ?? features
    }
}

/// What a discriminator says of pictures.
public struct DiscriminatorScores: Sendable {
    /// How much each is like one of the data, [batch]; what the numbers mean, the loss says.
    public var source: Tensor
    /// The logits of the classes that each may be of, [batch, classes]; nil where the discriminator does not tell.
    public var classes: Tensor?

    /// Creates scores.
    public init(source: Tensor, classes: Tensor? = nil) { (self.source, self.classes) = (source, classes) }
}
