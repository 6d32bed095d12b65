import Gannet

/// The fully visible belief network with logistic factors: Frey, Hinton and Dayan, "Does the Wake-Sleep Algorithm Produce
/// Good Density Estimators?" (1996); Neal, "Connectionist Learning of Belief Networks" (1992).
///
/// Each pixel is a logistic regression on all pixels before it in reading order:
///
///     p(xᵢ = 1 | x₁, …, xᵢ₋₁) = σ(bᵢ + Σ_{j < i} Wⱼᵢ xⱼ)
///
/// What is given is the likelihood itself. On MNIST, binarised at random, it reaches 97.86 nats; independent pixels 205.79.
public struct FVBN: ExactLikelihoodModel, ImageModel {
    public let imageShape: Shape
    /// W, of shape [pixels, pixels]; what is not above the diagonal has no influence and keeps its values.
    public let weight: Parameter
    /// b, of shape [pixels].
    public let bias: Parameter

    private var pixelCount: Int { bias.shape[0] }

    /// Creates a model for pictures of shape `imageShape`, all of whose weights are 0: pixels are 1 or 0 with the same
    /// probability.
    public init(imageShape: Shape) {
        self.imageShape = imageShape
        let pixels = imageShape.count
        weight = Parameter(Tensor([Float](repeating: 0, count: pixels * pixels), shape: [pixels, pixels]))
        bias = Parameter(Tensor([Float](repeating: 0, count: pixels)))
    }

    /// W with zeros where a pixel would depend on itself or on one behind it.
    private var causalWeight: Tensor { weight.value.upperTriangle(offset: 1) }

    /// ln (p / (1 − p)) of each pixel given those before it, [batch, pixels] of the same.
    public func logits(of x: Tensor) -> Tensor { x.matmul(causalWeight) + bias.value }

    /// −ln p(x) of each picture, [batch], in nats. Grey values count as 1 from ½ on.
    public func negativeLogLikelihood(_ images: Tensor) -> Tensor {
        let x = PixelDistribution.bernoulli.encoded(images).reshape([images.shape[0], pixelCount])
        return binaryCrossEntropy(logits: logits(of: x), targets: x).sum(axes: [1])
    }

    public func logLikelihood(_ images: Tensor) -> Tensor { -negativeLogLikelihood(images) }

    public func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        negativeLogLikelihood(batch.images)
    }

    /// Draws one pixel after another; what each gives to the logits of those behind it is added when it is known.
    public func samples(_ count: Int, seed: UInt64) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        let u = random.uniform([count, pixelCount]).transposed()
        let logits = bias.value.broadcast(to: [count, pixelCount])
        let pixels = Tensor.loop(
            count: pixelCount, carrying: [logits.transposed()], over: [u, causalWeight]
        ) { step in
            let logits = step.state[0]
            let own = logits.gathered(at: step.index.reshape([1])).squeezed(axes: [0])
            let x = (step.scanned[0] .< own.sigmoid()).cast(to: .float32)
            let next = logits + step.scanned[1].insertingAxis(at: 1) * x.insertingAxis(at: 0)
            return ([next], [x])
        }.outputs[0]
        return pixels.transposed().reshape(Shape([count] + imageShape.extents))
    }
}
