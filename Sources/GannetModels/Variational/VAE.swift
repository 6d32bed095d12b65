import Gannet

/// The variational autoencoder of Kingma and Welling, "Auto-Encoding Variational Bayes" (arXiv:1312.6114).
///
/// A picture x comes from a latent z with prior p(z) = N(0, 1). The decoder gives p(x|z), independent Bernoulli
/// pixels (appendix C.1); the encoder gives q(z|x) = N(μ, diag σ²) (equation 9), which stands in for the
/// posterior p(z|x). Both are trained to maximise the evidence lower bound (equations 3 and 10):
///
///     ln p(x) ≥ E_q(z|x) [ln p(x|z)] − KL(q(z|x) ‖ p(z))
///
/// with one z a picture, drawn by the reparameterisation z = μ + σ ε, ε ~ N(0, 1) (section 2.4).
///
/// The multilayer perceptrons have ReLU units where the paper has tanh. 784-400-20 on MNIST, grey values as
/// Bernoulli means, batch 128, Adam at 1e-3: a negative bound of about 106 nats on the test set after ten epochs.
public struct VAE: LikelihoodModel, ImageModel {
    /// The shape of one picture: [height, width, channels].
    public let imageShape: Shape
    /// The number of latent variables.
    public let latents: Int

    private let encoder: [Linear]
    private let mean: Linear
    private let logVariance: Linear
    private let decoder: [Linear]
    private let logits: Linear

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels]; pixels are in 0…1.
    ///   - hidden: The widths of the encoder's hidden layers; the decoder has the same ones in reverse.
    ///   - latents: The number of latent variables.
    ///   - seed: What the initial weights follow from.
    public init(imageShape: Shape, hidden: [Int] = [400], latents: Int = 20, seed: UInt64 = 0) {
        var random = RandomStream(seed: seed, for: .initialization)
        func layers(_ widths: [Int]) -> [Linear] {
            zip(widths, widths.dropFirst()).map { Linear(inputs: $0, outputs: $1, random: &random) }
        }
        self.imageShape = imageShape
        self.latents = latents
        let pixels = imageShape.count
        encoder = layers([pixels] + hidden)
        mean = Linear(inputs: hidden.last ?? pixels, outputs: latents, random: &random)
        logVariance = Linear(inputs: hidden.last ?? pixels, outputs: latents, random: &random)
        decoder = layers([latents] + hidden.reversed())
        logits = Linear(inputs: hidden.first ?? latents, outputs: pixels, random: &random)
    }

    /// Creates a model for grey pictures, square where `pixels` is a square number.
    public init(pixels: Int = 784, hidden: [Int] = [400], latents: Int = 20, seed: UInt64 = 0) {
        let side = Int(Double(pixels).squareRoot().rounded())
        let imageShape: Shape = side * side == pixels ? [side, side, 1] : [1, pixels, 1]
        self.init(imageShape: imageShape, hidden: hidden, latents: latents, seed: seed)
    }
}

extension VAE {
    /// q(z|x): μ and ln σ², each [batch, latents], of pictures [batch, …pixels].
    public func encode(_ images: Tensor) -> (mean: Tensor, logVariance: Tensor) {
        var h = images.reshape(-1, imageShape.count)
        for layer in encoder { h = layer(h).relu() }
        return (mean(h), logVariance(h))
    }

    /// The logits of p(x|z), [batch, pixels], of latents [batch, latents].
    public func decodeLogits(_ z: Tensor) -> Tensor {
        var h = z
        for layer in decoder { h = layer(h).relu() }
        return logits(h)
    }

    /// The pixels' means under p(x|z), [batch, height, width, channels], of latents [batch, latents].
    public func decode(_ z: Tensor) -> Tensor {
        decodeLogits(z).sigmoid().reshape(Shape([z.shape[0]] + imageShape.extents))
    }

    /// The evidence lower bound of each picture, [batch], in nats: a sum over its pixels (equation 10 with L = 1).
    ///
    /// - Parameters:
    ///   - images: x, of shape [batch, …pixels], values in 0…1.
    ///   - epsilon: ε, standard normal, of shape [batch, latents].
    public func evidenceLowerBound(_ images: Tensor, epsilon: Tensor) -> Tensor {
        let x = images.reshape(-1, imageShape.count)
        let (mean, logVariance) = encode(x)
        let z = mean + (0.5 * logVariance).exp() * epsilon
        let logLikelihood = -binaryCrossEntropy(logits: decodeLogits(z), targets: x).sum(axes: [1])
        let divergence = gaussianKL(mean: mean, logVariance: logVariance).sum(axes: [1])
        return logLikelihood - divergence
    }

    /// The evidence lower bound of each picture, with noise drawn from `noise`.
    public func evidenceLowerBound(_ images: Tensor, noise: inout RandomStream) -> Tensor {
        evidenceLowerBound(images, epsilon: noise.normal([images.shape[0], latents]))
    }

    /// The evidence lower bound of each picture, with the noise of the optimiser whose update this is part of.
    public func evidenceLowerBound(_ images: Tensor) -> Tensor {
        RandomStream.withCurrent { evidenceLowerBound(images, noise: &$0) }
    }

    /// The pictures as the decoder sees their latents' means, in the shape of `images`.
    public func reconstruct(_ images: Tensor) -> Tensor {
        decode(encode(images).mean).reshape(images.shape)
    }

    public func samples(_ count: Int, seed: UInt64 = 0) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        return decode(random.normal([count, latents]))
    }

    public func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        -evidenceLowerBound(batch.images, noise: &noise)
    }
}
