import Gannet

/// The PixelCNN of van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel Recurrent Neural Networks" (arXiv:1601.06759),
/// section 3.4 and table 1.
///
/// A masked 7×7 convolution of type A; residual blocks (figure 5, left) of a 1×1 convolution from 2h features to h, a masked
/// 3×3 one of type B, and a 1×1 one back to 2h, each behind a ReLU; then two layers of a ReLU and a 1×1 convolution. With
/// colours, features are cut into three groups, and green may depend on red, blue on both (figure 2).
///
/// The paper reports 81.30 nats for MNIST, binarised at random, and 3.14 bits per dimension for CIFAR-10.
public struct PixelCNN: AutoregressiveModel {
    public let imageShape: Shape
    public let distribution: PixelDistribution
    public let network: Sequential
    public var drawing = DrawingOptions()

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels].
    ///   - distribution: How a pixel is distributed.
    ///   - features: h, half the number of features between the blocks; a multiple of the channels, unless pixels are
    ///     drawn from a logistic mixture.
    ///   - blocks: The number of residual blocks.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, distribution: PixelDistribution = .bernoulli, features h: Int = 32,
        blocks: Int = 7,
        seed: UInt64 = 0
    ) {
        self.imageShape = imageShape
        self.distribution = distribution
        var layers = PixelLayers(
            of: "PixelCNN", imageShape, distribution, random: RandomStream(seed: seed, for: .initialization))
        network = Sequential {
            layers.masked(layers.channels, 2 * h, window: (7, 7), .a)
            for _ in 0..<blocks {
                Residual {
                    Activation.relu
                    layers.masked(2 * h, h)
                    Activation.relu
                    layers.masked(h, h, window: (3, 3))
                    Activation.relu
                    layers.masked(h, 2 * h)
                }
            }
            Activation.relu
            layers.masked(2 * h, 2 * h)
            Activation.relu
            layers.masked(2 * h, layers.outputs)
        }
    }
}
