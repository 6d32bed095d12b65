import Gannet

/// The PixelCNN of van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel Recurrent Neural Networks"
/// (arXiv:1601.06759), for binary pictures.
///
/// The probability of a picture is the product of those of its pixels, each given all before it in reading order
/// (equation 1):
///
///     p(x) = ∏ᵢ p(xᵢ | x₁, …, xᵢ₋₁)
///
/// Masked convolutions (section 3.4) compute all factors in one pass: a 7×7 one of type A, then 3×3 ones of type B,
/// then two of 1×1 (table 1). Each factor is a Bernoulli distribution, as in section 5.3, where pictures are binary;
/// grey values count as 1 from ½ on. The layers here have no residual connections, and are narrower.
///
/// What is given is the likelihood itself, not a bound. The paper reports 81.30 nats for MNIST, binarised at random,
/// with 7 layers of 16 to 128 features; pictures binarised at ½ are easier.
public struct PixelCNN: LikelihoodModel {
    /// The shape of one picture: [height, width, 1].
    public let imageShape: Shape

    private let first: MaskedConv2D
    private let hidden: [MaskedConv2D]
    private let mixed: MaskedConv2D
    private let logits: MaskedConv2D

    /// Creates a model for grey pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, 1].
    ///   - features: The number of features a pixel in all layers.
    ///   - layers: The number of 3×3 layers.
    ///   - seed: What the initial weights follow from.
    public init(imageShape: Shape, features: Int = 32, layers: Int = 5, seed: UInt64 = 0) {
        if imageShape.rank != 3 || imageShape[2] != 1 {
            invalidUse("PixelCNN", "pictures of shape \(imageShape) are not [height, width, 1]")
        }
        var random = RandomStream(seed: seed, for: .initialization)
        self.imageShape = imageShape
        func layer(
            _ inputs: Int, _ outputs: Int, _ kernel: Int, _ type: ConvolutionMask.CausalType = .b
        ) -> MaskedConv2D {
            MaskedConv2D(
                inputs: inputs, outputs: outputs, kernel: kernel, type: type, weights: .kaimingUniform(),
                random: &random)
        }
        first = layer(1, features, 7, .a)
        hidden = (0..<layers).map { _ in layer(features, features, 3) }
        mixed = layer(features, features, 1)
        logits = layer(features, 1, 1)
    }
}

extension PixelCNN {
    /// ln (p / (1 − p)) of each pixel given those before it, in the shape of the pictures: [batch, height, width, 1].
    public func logits(of images: Tensor) -> Tensor {
        var h = first(images).relu()
        for layer in hidden { h = layer(h).relu() }
        return logits(mixed(h).relu())
    }

    /// −ln p(x) of each picture of values 0 and 1, [batch], in nats: a sum over its pixels (equation 1).
    public func negativeLogLikelihood(_ images: Tensor) -> Tensor {
        binaryCrossEntropy(logits: logits(of: images), targets: images).sum(axes: [1, 2, 3])
    }

    /// Pictures with values 0 and 1: 1 where grey values are ½ or above.
    public func binarized(_ images: Tensor) -> Tensor { (images .>= 0.5).cast(to: .float32) }

    /// Draws one pixel after another, each from its distribution given those before it.
    ///
    /// Every pixel takes a pass over the whole picture: `height · width` passes in one loop.
    public func samples(_ count: Int, seed: UInt64 = 0) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        let shape = Shape([count] + imageShape.extents)
        let u = random.uniform(shape)
        let place =
            Tensor.index(along: 0, of: imageShape) * .literal(Int32(imageShape[1]))
            + Tensor.index(along: 1, of: imageShape)
        return Tensor.loop(count: imageShape.count, carrying: [.zeros(shape)]) { step in
            let x = step.state[0]
            let drawn = (u .< logits(of: x).sigmoid()).cast(to: .float32)
            return ([select(place .== step.index, drawn, x)], [])
        }.state[0]
    }

    public func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        negativeLogLikelihood(binarized(batch.images))
    }
}
