import Gannet

/// A VAE whose posterior is a mixture of Gaussians, q(z|x) = Σ πₖ(x) N(μₖ(x), diag σₖ²(x)), for pictures that can be from several places:
/// Morningstar et al., "Automatic Differentiation Variational Inference with Mixture Families" (arXiv:2003.01687).
///
/// Each part of the mixture is drawn from once, so that nothing is drawn whose gradient would have to be guessed: the stratified bound
///
///     ln p(x) ≥ Σₖ πₖ E_qₖ [ln p(x|zₖ) + ln p(zₖ) − ln q(zₖ|x)]
///
/// (equation 7), of which the divergence has no formula.
public struct MixtureVAE: LikelihoodModel, ImageModel {
    public let imageShape: Shape
    /// The number of latent variables.
    public let latents: Int
    /// The number of Gaussians of q(z|x).
    public let components: Int
    /// p(x|z).
    public let distribution: DecoderDistribution
    /// p(z) where it is a mixture, too; nil for N(0, 1).
    public let prior: GaussianMixture?

    private let network: LatentNetwork
    private let encoder: [any Layer]
    private let componentLogits: Linear
    private let means: Linear
    private let logVariances: Linear
    private let decoder: [any Layer]
    private let logits: any Layer

    /// Creates a model for pictures of shape `imageShape`; see ``VAE``.
    ///
    /// - Parameters:
    ///   - components: The number of Gaussians of q(z|x).
    ///   - priorComponents: How many Gaussians p(z) is a mixture of; nil for N(0, 1).
    public init(
        imageShape: Shape, network: LatentNetwork = .perceptron(hidden: [400]), latents: Int = 20,
        components: Int = 4, distribution: DecoderDistribution = .bernoulli, priorComponents: Int? = nil,
        seed: UInt64 = 0
    ) {
        if let objection = network.objection(to: imageShape) { invalidUse("MixtureVAE", objection) }
        if latents < 1 || components < 1 || priorComponents ?? 1 < 1 {
            invalidUse(
                "MixtureVAE",
                "\(latents) latents, a posterior of \(components) Gaussians and a prior of \(priorComponents ?? 1)"
            )
        }
        var random = RandomStream(seed: seed, for: .initialization)
        self.imageShape = imageShape
        self.latents = latents
        self.components = components
        self.distribution = distribution
        self.network = network
        let width: Int
        (encoder, width) = network.encoder(imageShape, conditions: 0, random: &random)
        componentLogits = Linear(inputs: width, outputs: components, random: &random)
        means = Linear(inputs: width, outputs: components * latents, random: &random)
        logVariances = Linear(inputs: width, outputs: components * latents, random: &random)
        (decoder, logits) = network.decoder(
            imageShape, inputs: latents, outputs: imageShape[2] * distribution.parametersPerChannel,
            random: &random)
        prior = priorComponents.map { GaussianMixture(components: $0, features: latents, random: &random) }
    }

    /// q(z|x) of pictures [batch, …pixels].
    public struct Posterior {
        /// ln πₖ, [batch, components].
        public let logWeights: Tensor
        /// μₖ and ln σₖ², [batch, components, latents].
        public let means: Tensor
        public let logVariances: Tensor

        /// ln q(z|x) of `count` points a picture, [batch, count, latents]: [batch, count].
        func logDensity(_ z: Tensor) -> Tensor {
            let (batch, count) = (z.shape[0], z.shape[1])
            let shape: Shape = [batch, count, means.shape[1], z.shape[2]]
            func each(_ x: Tensor) -> Tensor { x.insertingAxis(at: 1).broadcast(to: shape) }
            let logDensities = -gaussianNLL(
                mean: each(means), logVariance: each(logVariances),
                targets: z.insertingAxis(at: 2).broadcast(to: shape)
            ).sum(axes: [3])
            return (logWeights.insertingAxis(at: 1) + logDensities).logSumExp(axis: 2)
        }
    }

    /// q(z|x) of pictures [batch, …pixels].
    public func encode(_ images: Tensor) -> Posterior {
        let h = network.hidden(encoder, of: pictures(images))
        let shape: Shape = [images.shape[0], components, latents]
        return Posterior(
            logWeights: componentLogits(h).logSoftmax(), means: means(h).reshape(shape),
            logVariances: logVariances(h).reshape(shape))
    }

    /// The parameters of p(x|z) of latents [batch, latents].
    public func decodeParameters(_ z: Tensor) -> Tensor {
        network.results(decoder, logits, of: z, imageShape)
    }

    private func pictures(_ images: Tensor) -> Tensor {
        images.reshape(Shape([images.shape[0]] + imageShape.extents))
    }

    /// The stratified bound of each picture, [batch], in nats.
    ///
    /// - Parameter epsilon: Standard normal noise, [batch, components, latents].
    public func evidenceLowerBound(_ images: Tensor, epsilon: Tensor) -> Tensor {
        let posterior = encode(images)
        let batch = images.shape[0]
        let z = posterior.means + (0.5 * posterior.logVariances).exp() * epsilon
        let points = z.reshape([batch * components, latents])
        let x = pictures(images)
        let repeated = x.insertingAxis(at: 1)
            .broadcast(to: Shape([batch, components] + imageShape.extents))
            .reshape(Shape([batch * components] + imageShape.extents))
        let logLikelihood = distribution.logLikelihood(of: repeated, parameters: decodeParameters(points))
        let logPrior =
            prior?.logDensity(points)
            ?? -0.5 * points.squared().sum(axes: [1]) - .literal(0.9189385 * Float(latents))
        let terms =
            (logLikelihood + logPrior).reshape([batch, components]) - posterior.logDensity(z)
        return (posterior.logWeights.exp() * terms).sum(axes: [1])
    }

    public func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        -evidenceLowerBound(batch.images, epsilon: noise.normal([batch.count, components, latents]))
    }

    /// The means of p(x|z) for z drawn from the prior.
    public func samples(_ count: Int, seed: UInt64) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        let z = prior?.samples(count, noise: &random) ?? random.normal([count, latents])
        return distribution.mean(decodeParameters(z))
    }
}
