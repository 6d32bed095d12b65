import Gannet

/// The PixelRNNs of van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel Recurrent Neural Networks" (arXiv:1601.06759),
/// table 1: layers of a two-dimensional LSTM.
///
/// A masked 7×7 convolution of type A; residual blocks (figure 5, right) of an LSTM layer from 2h features to h and a 1×1
/// convolution back to 2h; then two layers of a ReLU and a 1×1 convolution.
///
/// The paper reports, for MNIST binarised at random, 80.54 nats with the Row LSTM and 79.20 with seven layers of the Diagonal
/// BiLSTM (80.75 with one; h = 16); for CIFAR-10 3.07 and 3.00 bits per dimension.
public struct PixelRNN: AutoregressiveModel {
    /// The kinds of layers.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A state for each row: ``RowLSTM``. A pixel sees the triangle above it.
        case row
        /// A state for each diagonal, in both directions: ``DiagonalBiLSTM``. A pixel sees all before it.
        case diagonal
    }

    public let imageShape: Shape
    public let distribution: PixelDistribution
    public let network: Sequential
    public var drawing = DrawingOptions()

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - kind: The kind of layers.
    ///   - imageShape: [height, width, channels].
    ///   - distribution: How a pixel is distributed.
    ///   - features: h, the units of a layer; a multiple of the channels, unless pixels are drawn from a logistic mixture.
    ///   - count: The number of LSTM layers.
    ///   - seed: What the initial weights follow from.
    public init(
        _ kind: Kind, imageShape: Shape, distribution: PixelDistribution = .bernoulli, features h: Int = 16,
        layers count: Int = 2, seed: UInt64 = 0
    ) {
        self.imageShape = imageShape
        self.distribution = distribution
        var layers = PixelLayers(
            of: "PixelRNN", imageShape, distribution, random: RandomStream(seed: seed, for: .initialization))
        func recurrent() -> any Layer {
            switch kind {
            case .row: RowLSTM(inputs: 2 * h, units: h, colors: layers.colors, random: &layers.random)
            case .diagonal:
                DiagonalBiLSTM(inputs: 2 * h, units: h, colors: layers.colors, random: &layers.random)
            }
        }
        network = Sequential {
            layers.masked(layers.channels, 2 * h, window: (7, 7), .a)
            for _ in 0..<count {
                Residual {
                    [recurrent()]
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
