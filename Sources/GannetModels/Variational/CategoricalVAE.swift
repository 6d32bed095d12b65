import Gannet

/// A VAE of categorical latents: Jang, Gu and Poole, "Categorical Reparameterization with Gumbel-Softmax" (arXiv:1611.01144); Maddison,
/// Mnih and Teh, "The Concrete Distribution" (arXiv:1611.00712).
///
/// A picture has N latents of K categories each, evenly likely in the prior. In training one is drawn from q(z|x) as
///
///     y = softmax((ln π + g) / τ),   g Gumbel
///
/// (equation 2), which comes to be a one and zeros as τ falls, and whose gradient can be taken at any τ. With `isStraightThrough` the
/// decoder sees the one and zeros, and the gradient is that of y.
public struct CategoricalVAE: LikelihoodModel, ImageModel {
    public let imageShape: Shape
    /// N, the number of latents.
    public let latents: Int
    /// K, the categories of each.
    public let categories: Int
    /// p(x|z).
    public let distribution: DecoderDistribution
    /// How τ falls.
    public let temperature: GumbelTemperature
    /// Whether the decoder sees a one and zeros in training.
    public let isStraightThrough: Bool

    private let network: LatentNetwork
    private let encoder: [any Layer]
    private let posterior: Linear
    private let decoder: [any Layer]
    private let logits: any Layer
    private let updates = Parameter(Tensor([0] as [Float]), isTrainable: false)

    /// Creates a model for pictures of shape `imageShape`.
    public init(
        imageShape: Shape, network: LatentNetwork = .perceptron(hidden: [400]), latents: Int = 30,
        categories: Int = 10, distribution: DecoderDistribution = .bernoulli,
        temperature: GumbelTemperature = GumbelTemperature(), isStraightThrough: Bool = false,
        seed: UInt64 = 0
    ) {
        if let objection = network.objection(to: imageShape) { invalidUse("CategoricalVAE", objection) }
        if latents < 1 || categories < 2 {
            invalidUse("CategoricalVAE", "\(latents) latents of \(categories) categories")
        }
        var random = RandomStream(seed: seed, for: .initialization)
        self.imageShape = imageShape
        self.latents = latents
        self.categories = categories
        self.distribution = distribution
        self.temperature = temperature
        self.isStraightThrough = isStraightThrough
        self.network = network
        let width: Int
        (encoder, width) = network.encoder(imageShape, conditions: 0, random: &random)
        posterior = Linear(inputs: width, outputs: latents * categories, random: &random)
        (decoder, logits) = network.decoder(
            imageShape, inputs: latents * categories,
            outputs: imageShape[2] * distribution.parametersPerChannel, random: &random)
    }

    /// ln q(z|x), [batch, latents, categories].
    public func encode(_ images: Tensor) -> Tensor {
        let pictures = images.reshape(Shape([images.shape[0]] + imageShape.extents))
        return posterior(network.hidden(encoder, of: pictures))
            .reshape([images.shape[0], latents, categories]).logSoftmax()
    }

    /// The parameters of p(x|z) of latents [batch, latents, categories].
    public func decodeParameters(_ z: Tensor) -> Tensor {
        network.results(decoder, logits, of: z.reshape(z.shape[0], -1), imageShape)
    }

    /// KL(q(z|x) ‖ p(z)) of each picture, [batch]: ln K less the entropy, summed over the latents.
    public func divergence(_ logProbabilities: Tensor) -> Tensor {
        (logProbabilities.exp() * (logProbabilities + Tensor.literal(Float(categories)).log())).sum(axes: [
            1, 2,
        ])
    }

    public func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        let logProbabilities = encode(batch.images)
        let tau = temperature.value(after: updates.value.sum())
        updates.track { $0 + 1 }
        let y = gumbelSoftmax(
            logits: logProbabilities, temperature: tau, isStraightThrough: isStraightThrough, noise: &noise)
        return (divergence(logProbabilities) - logLikelihood(batch.images, y)).mean()
    }

    private func logLikelihood(_ images: Tensor, _ z: Tensor) -> Tensor {
        distribution.logLikelihood(
            of: images.reshape(Shape([images.shape[0]] + imageShape.extents)), parameters: decodeParameters(z)
        )
    }

    /// −ELBO with latents that are one of their categories.
    public func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        let logProbabilities = encode(batch.images)
        let z = noise.categorical(logits: logProbabilities).oneHot(categories)
        return divergence(logProbabilities) - logLikelihood(batch.images, z)
    }

    public func samples(_ count: Int, seed: UInt64) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        let z = random.categorical(logits: .zeros([count, latents, categories])).oneHot(categories)
        return distribution.mean(decodeParameters(z))
    }
}
