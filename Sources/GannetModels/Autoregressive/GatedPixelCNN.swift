import Gannet

/// The Gated PixelCNN: van den Oord et al., "Conditional Image Generation with PixelCNN Decoders" (arXiv:1606.05328), without
/// classes.
///
/// The units of two stacks of convolutions are gated (equation 2), and no pixel before one is out of sight (figure 1):
///
///     y = tanh(W_f ∗ x) ∘ σ(W_g ∗ x)
///
/// A map s that is learned, of the size of a picture, can tell layers where in it they are (equation 5, with the same s for all
/// pictures), which they cannot see by themselves where the edges are further away than they reach.
///
/// The paper reports 3.03 bits per dimension for CIFAR-10.
public struct GatedPixelCNN: AutoregressiveModel {
    public let imageShape: Shape
    public let distribution: PixelDistribution
    public let network: GatedPixelNetwork
    public var drawing = DrawingOptions()

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels].
    ///   - distribution: How a pixel is distributed.
    ///   - features: The features of each stack; a multiple of the channels, unless pixels are drawn from a logistic mixture.
    ///   - blocks: The number of layers behind the first.
    ///   - mapFeatures: The features of the map; with 0 there is none.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, distribution: PixelDistribution = .bernoulli, features: Int = 32, blocks: Int = 7,
        mapFeatures: Int = 0, seed: UInt64 = 0
    ) {
        if mapFeatures < 0 { invalidUse("GatedPixelCNN", "a map of \(mapFeatures) features") }
        self.imageShape = imageShape
        self.distribution = distribution
        var layers = PixelLayers(
            of: "GatedPixelCNN", imageShape, distribution,
            random: RandomStream(seed: seed, for: .initialization))
        network = GatedPixelNetwork(&layers, features: features, blocks: blocks, mapFeatures: mapFeatures)
    }
}

/// The class-conditional Gated PixelCNN: van den Oord et al., "Conditional Image Generation with PixelCNN Decoders"
/// (arXiv:1606.05328), section 2.3.
///
/// The class h of a picture shifts the gates of all layers, everywhere (equation 4) and, by a map s = m(h) of the size of a
/// picture, at each place by itself (equation 5):
///
///     y = tanh(W_f ∗ x + V_f h + U_f ∗ s) ∘ σ(W_g ∗ x + V_g h + U_g ∗ s)
///
/// The map is learned for each class.
public struct ConditionalGatedPixelCNN: ExactLikelihoodModel, ConditionalModel, PixelwiseModel {
    public let imageShape: Shape
    public let classCount: Int
    /// How a pixel is distributed.
    public let distribution: PixelDistribution
    /// What gives the parameters of the pixels' distributions, once it is told the classes.
    public let network: GatedPixelNetwork
    public var drawing = DrawingOptions()

    /// Creates a model for pictures of shape `imageShape` that are of `classes` classes; see ``GatedPixelCNN``.
    ///
    /// - Parameter mapFeatures: The features of each class's map; with 0 there is none, and equation 4 is all.
    public init(
        imageShape: Shape, classes: Int, distribution: PixelDistribution = .bernoulli, features: Int = 32,
        blocks: Int = 7, mapFeatures: Int = 8, seed: UInt64 = 0
    ) {
        if classes < 1 || mapFeatures < 0 {
            invalidUse("ConditionalGatedPixelCNN", "\(classes) classes with maps of \(mapFeatures) features")
        }
        self.imageShape = imageShape
        self.distribution = distribution
        classCount = classes
        var layers = PixelLayers(
            of: "ConditionalGatedPixelCNN", imageShape, distribution,
            random: RandomStream(seed: seed, for: .initialization))
        network = GatedPixelNetwork(
            &layers, features: features, blocks: blocks, classes: classes, mapFeatures: mapFeatures)
    }

    /// −ln p(x | class) of each picture, [batch], in nats; values in 0…1, classes `int32` [batch].
    public func negativeLogLikelihood(_ images: Tensor, labels: Tensor) -> Tensor {
        let x = distribution.encoded(images)
        return distribution.negativeLogLikelihood(of: x, parameters: network.conditioned(on: labels)(x))
    }

    /// ln p(x) of each picture, whatever its class: ``BayesClassifier/logEvidence(_:)``.
    public func logLikelihood(_ images: Tensor) -> Tensor {
        BayesClassifier.logEvidence(BayesClassifier(self).logLikelihoods(images))
    }

    public var conditioningClassCount: Int? { classCount }

    public func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        guard let labels = batch.labels else {
            invalidUse("ConditionalGatedPixelCNN", "the pictures come without their classes")
        }
        return negativeLogLikelihood(batch.images, labels: labels)
    }

    /// Pictures of the classes that are given, or else of the classes in turn.
    public func samples(_ count: Int, seed: UInt64, options: DrawingOptions) -> Tensor {
        let labels = options.given?.labels ?? (0..<count).map { $0 % classCount }
        return samples(of: labels, seed: seed, options: options)
    }

    public func samples(of labels: [Int], seed: UInt64) -> Tensor {
        samples(of: labels, seed: seed, options: drawing)
    }

    /// A picture of each class in `labels`, values in 0…1.
    public func samples(of labels: [Int], seed: UInt64, options: DrawingOptions) -> Tensor {
        if let wrong = labels.first(where: { !(0..<classCount).contains($0) }) {
            invalidUse("samples(of:seed:)", "\(wrong) is not one of \(classCount) classes, numbered from 0")
        }
        let network = network.conditioned(on: Tensor(labels.map { Int32($0) }))
        var random = RandomStream(seed: seed, for: .sampling)
        return PictureDrawing(network, distribution, options).pictures(
            Shape([labels.count] + imageShape.extents), noise: &random)
    }
}
