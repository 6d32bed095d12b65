import Gannet

/// PixelCNN++: Salimans, Karpathy, Chen and Kingma, "PixelCNN++: Improving the PixelCNN with Discretized Logistic Mixture
/// Likelihood and Other Modifications" (arXiv:1701.05517).
///
/// Pixels are drawn from a mixture of logistic distributions whose channels depend on each other linearly (section 2.2), so that
/// the network need not keep colours apart; it sees the picture at several resolutions, with short-cuts (sections 2.3 to
/// 2.5), and is regularised by dropout (section 2.6). Unlike theirs, weights are not normalised, and maps are enlarged by
/// filters of 2 × 2 taps in both stacks.
///
/// The paper reports 2.92 bits per dimension for CIFAR-10, with 160 features, 5 units in each level on the way down and a
/// dropout of 0.5.
public struct PixelCNNPlusPlus: AutoregressiveModel {
    public let imageShape: Shape
    public let distribution: PixelDistribution
    public let network: PixelPyramid
    public var drawing = DrawingOptions()

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels], with 1 channel or 3 and sides that are multiples of 2 to the power of
    ///     `depth`.
    ///   - components: The logistic distributions of a mixture.
    ///   - features: The features of each stack.
    ///   - blocks: The units of a stack in each level on the way down.
    ///   - depth: How often the resolution is halved.
    ///   - dropout: The share of features that units drop in training.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, components: Int = 10, features: Int = 32, blocks: Int = 1, depth: Int = 2,
        dropout: Float = 0, seed: UInt64 = 0
    ) {
        if !Self.fits(imageShape, depth: depth) {
            invalidUse(
                "PixelCNNPlusPlus",
                "pictures of shape \(imageShape) do not have 1 or 3 channels and sides that are multiples of "
                    + "2 to the power of \(depth)")
        }
        if components < 1 || features < 1 || blocks < 1 {
            invalidUse(
                "PixelCNNPlusPlus",
                "\(components) components, \(features) features and \(blocks) blocks make no model")
        }
        self.imageShape = imageShape
        distribution = .logisticMixture(components: components)
        var random = RandomStream(seed: seed, for: .initialization)
        network = PixelPyramid(
            channels: imageShape[2], features: features, blocks: blocks, depth: depth,
            outputs: distribution.parameterCount(channels: imageShape[2]), dropout: dropout, random: &random)
    }

    /// Whether there is a model for pictures of a shape.
    public static func fits(_ imageShape: Shape, depth: Int = 2) -> Bool {
        guard imageShape.rank == 3, depth >= 0, depth < 16, [1, 3].contains(imageShape[2]) else {
            return false
        }
        return imageShape[0].isMultiple(of: 1 << depth) && imageShape[1].isMultiple(of: 1 << depth)
    }
}
