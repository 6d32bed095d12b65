import Gannet

/// A small convolutional network that tells classes of pictures, after LeNet-5 of LeCun, Bottou, Bengio and Haffner,
/// "Gradient-based learning applied to document recognition" (Proceedings of the IEEE, 1998, section II.B).
///
/// As there, two convolutions that halve the sides are followed by fully connected layers. Strides stand in for
/// subsampling layers, ReLU for tanh, and softmax with cross-entropy for the radial basis functions of the output.
///
/// On MNIST, 16 and 32 features and 128 hidden units, Adam at 1e-3 and batches of 64 reach some 99 % on the test set
/// after five epochs.
public struct ConvolutionalClassifier: Classifier {
    /// The shape of one picture: [height, width, channels].
    public let imageShape: Shape
    public let classCount: Int

    private let first: Conv2D
    private let second: Conv2D
    private let hidden: Linear
    private let output: Linear

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels]; pixels are in 0…1.
    ///   - classes: The number of classes.
    ///   - features: The number of features after the first convolution; after the second there are twice as many.
    ///   - units: The number of hidden units.
    ///   - seed: What the initial weights follow from.
    public init(imageShape: Shape, classes: Int = 10, features: Int = 16, units: Int = 128, seed: UInt64 = 0)
    {
        if imageShape.rank != 3 || classes < 1 {
            invalidUse("ConvolutionalClassifier", "pictures of shape \(imageShape) in \(classes) classes")
        }
        var random = RandomStream(seed: seed, for: .initialization)
        self.imageShape = imageShape
        classCount = classes
        first = Conv2D(
            inputs: imageShape[2], outputs: features, kernel: 5, stride: 2, padding: 2, random: &random)
        second = Conv2D(
            inputs: features, outputs: 2 * features, kernel: 3, stride: 2, padding: 1, random: &random)
        // Each convolution leaves half of the sides, rounded up.
        let sides = (imageShape[0] + 3) / 4 * ((imageShape[1] + 3) / 4)
        hidden = Linear(inputs: sides * 2 * features, outputs: units, random: &random)
        output = Linear(inputs: units, outputs: classes, random: &random)
    }

    public func logits(_ images: Tensor) -> Tensor {
        var h = first(2 * images - 1).relu()
        h = second(h).relu()
        h = hidden(h.reshape(images.shape[0], -1)).relu()
        return output(h)
    }
}
