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
        if imageShape.rank != 3 {
            invalidUse("PixelCNN", "pictures of shape \(imageShape) are not [height, width, channels]")
        }
        self.imageShape = imageShape
        self.distribution = distribution
        let channels = imageShape[2]
        let colors = distribution.passCount(channels: channels)
        let outputs = distribution.parameterCount(channels: channels)
        var random = RandomStream(seed: seed, for: .initialization)
        func masked(
            _ inputs: Int, _ outputs: Int, _ kernel: Int, _ type: ConvolutionMask.CausalType = .b
        ) -> MaskedConv2D {
            MaskedConv2D(
                inputs: inputs, outputs: outputs, kernel: kernel, type: type, colors: colors, random: &random)
        }
        network = Sequential {
            masked(channels, 2 * h, 7, .a)
            for _ in 0..<blocks {
                Residual {
                    Activation.relu
                    masked(2 * h, h, 1)
                    Activation.relu
                    masked(h, h, 3)
                    Activation.relu
                    masked(h, 2 * h, 1)
                }
            }
            Activation.relu
            masked(2 * h, 2 * h, 1)
            Activation.relu
            masked(2 * h, outputs, 1)
        }
    }
}
