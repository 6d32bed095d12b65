import Gannet

/// The variational autoencoder of Kingma and Welling, "Auto-Encoding Variational Bayes" (arXiv:1312.6114).
///
/// A picture x comes from a latent z with prior p(z) = N(0, 1). The decoder gives p(x|z), by default independent Bernoulli
/// pixels (appendix C.1); the encoder gives q(z|x) = N(μ, diag σ²) (equation 9), which stands in for the
/// posterior p(z|x). Both are trained to maximise the evidence lower bound (equations 3 and 10):
///
///     ln p(x) ≥ E_q(z|x) [ln p(x|z)] − KL(q(z|x) ‖ p(z))
///
/// with one z a picture, drawn by the reparameterisation z = μ + σ ε, ε ~ N(0, 1) (section 2.4); or by another ``VAEObjective``.
///
/// The multilayer perceptrons have ReLU units where the paper has tanh. 784-400-20 on MNIST, grey values as
/// Bernoulli means, batch 128, Adam at 1e-3: a negative bound of about 106 nats on the test set after ten epochs.
///
/// A model of conditions (Sohn, Lee and Yan 2015) has p(x|z, c) and q(z|x, c): both networks see c, a vector a picture, or the picture's class,
/// as a one where the class is and zeros elsewhere.
public struct VAE: ImageModel {
    /// The shape of one picture: [height, width, channels].
    public let imageShape: Shape
    /// The number of latent variables.
    public let latents: Int
    /// p(x|z).
    public let distribution: DecoderDistribution
    /// The numbers that the networks see beside a picture or its latents; for a model of classes as many as these.
    public let conditions: Int
    /// Whether the conditions are classes.
    public let isOfClasses: Bool
    /// What the model is trained by.
    public let objective: VAEObjective

    private let network: LatentNetwork
    private let encoder: [any Layer]
    private let mean: Linear
    private let logVariance: Linear
    private let decoder: [any Layer]
    private let logits: any Layer
    /// p(z) where it is a mixture.
    public let prior: GaussianMixture?
    /// How many updates were made, [1]; nil where that does not matter.
    let updates: Parameter?

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels]; pixels are in 0…1.
    ///   - network: What encodes pictures and decodes latents.
    ///   - latents: The number of latent variables.
    ///   - distribution: p(x|z).
    ///   - priorComponents: How many Gaussians p(z) is a mixture of, which are trained with the rest; nil for N(0, 1).
    ///   - classes: How many classes the model is told one of; nil where none.
    ///   - conditions: In place of classes the length of a vector that it is told.
    ///   - objective: What it is trained by.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, network: LatentNetwork, latents: Int,
        distribution: DecoderDistribution = .bernoulli,
        priorComponents: Int? = nil, classes: Int? = nil, conditions: Int = 0,
        objective: VAEObjective = VAEObjective(), seed: UInt64 = 0
    ) {
        if let objection = network.objection(to: imageShape) { invalidUse("VAE", objection) }
        if latents < 1 { invalidUse("VAE", "\(latents) latents") }
        if conditions < 0 || classes.map({ $0 < 1 || conditions > 0 }) ?? false {
            invalidUse(
                "VAE", "\(classes.map(String.init) ?? "no") classes and \(conditions) other conditions")
        }
        if let priorComponents, priorComponents < 1 {
            invalidUse("VAE", "a prior of \(priorComponents) Gaussians")
        }
        if let objection = objective.objection(isMixture: priorComponents != nil) {
            invalidUse("VAE", objection)
        }
        var random = RandomStream(seed: seed, for: .initialization)
        self.imageShape = imageShape
        self.latents = latents
        self.distribution = distribution
        self.conditions = classes ?? conditions
        self.objective = objective
        self.network = network
        isOfClasses = classes != nil
        let width: Int
        (encoder, width) = network.encoder(imageShape, conditions: self.conditions, random: &random)
        mean = Linear(inputs: width, outputs: latents, random: &random)
        logVariance = Linear(inputs: width, outputs: latents, random: &random)
        (decoder, logits) = network.decoder(
            imageShape, inputs: latents + self.conditions,
            outputs: imageShape[2] * distribution.parametersPerChannel, random: &random)
        prior = priorComponents.map { GaussianMixture(components: $0, features: latents, random: &random) }
        updates = objective.warmUp == 0 ? nil : Parameter(Tensor([0] as [Float]), isTrainable: false)
    }

    /// Creates a model of layers of units for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels]; pixels are in 0…1.
    ///   - hidden: The widths of the encoder's hidden layers; the decoder has the same ones in reverse.
    ///   - latents: The number of latent variables.
    ///   - seed: What the initial weights follow from.
    public init(imageShape: Shape, hidden: [Int] = [400], latents: Int = 20, seed: UInt64 = 0) {
        self.init(imageShape: imageShape, network: .perceptron(hidden: hidden), latents: latents, seed: seed)
    }

    /// Creates a model of layers of units for grey pictures, square where `pixels` is a square number.
    public init(pixels: Int = 784, hidden: [Int] = [400], latents: Int = 20, seed: UInt64 = 0) {
        let side = Int(Double(pixels).squareRoot().rounded())
        let imageShape: Shape = side * side == pixels ? [side, side, 1] : [1, pixels, 1]
        self.init(imageShape: imageShape, hidden: hidden, latents: latents, seed: seed)
    }
}

extension VAE {
    /// q(z|x): μ and ln σ², each [batch, latents], of pictures [batch, …pixels].
    ///
    /// - Parameter condition: What a model of conditions is told of each picture, [batch, conditions]; see ``condition(_:)``.
    public func encode(_ images: Tensor, condition: Tensor? = nil) -> (mean: Tensor, logVariance: Tensor) {
        let h = network.hidden(encoder, of: pictures(images), condition: told(condition))
        return (mean(h), logVariance(h))
    }

    /// The parameters of p(x|z), [batch, height, width, channels · ``DecoderDistribution/parametersPerChannel``], of latents [batch,
    /// latents].
    public func decodeParameters(_ z: Tensor, condition: Tensor? = nil) -> Tensor {
        let inputs = told(condition).map { .concatenate([z, $0], axis: 1) } ?? z
        return network.results(decoder, logits, of: inputs, imageShape)
    }

    /// The pixels' means under p(x|z), [batch, height, width, channels], of latents [batch, latents].
    public func decode(_ z: Tensor, condition: Tensor? = nil) -> Tensor {
        distribution.mean(decodeParameters(z, condition: condition))
    }

    /// What a model of classes is told of pictures of these, `int32` [batch].
    public func condition(_ labels: Tensor) -> Tensor { labels.oneHot(conditions) }

    private func told(_ condition: Tensor?) -> Tensor? {
        if condition?.shape[-1] ?? 0 != conditions {
            invalidUse(
                "VAE",
                "conditions of shape \(condition.map { "\($0.shape)" } ?? "[]") for a model of \(conditions)")
        }
        return condition
    }

    /// [batch, height, width, channels].
    private func pictures(_ images: Tensor) -> Tensor {
        images.reshape(Shape([images.shape[0]] + imageShape.extents))
    }

    /// The evidence lower bound of each picture, [batch], in nats: a sum over its pixels (equation 10 with L = 1).
    ///
    /// - Parameters:
    ///   - images: x, of shape [batch, …pixels], values in 0…1.
    ///   - epsilon: ε, standard normal, of shape [batch, latents].
    ///   - condition: What a model of conditions is told of each picture.
    public func evidenceLowerBound(_ images: Tensor, epsilon: Tensor, condition: Tensor? = nil) -> Tensor {
        let (mean, logVariance) = encode(images, condition: condition)
        let z = mean + (0.5 * logVariance).exp() * epsilon
        return logLikelihood(images, z, condition: condition)
            - divergence(mean, logVariance, epsilon, closedForm: prior == nil).sum(axes: [1])
    }

    /// ln p(x|z) of each picture, [batch].
    func logLikelihood(_ images: Tensor, _ z: Tensor, condition: Tensor?) -> Tensor {
        distribution.logLikelihood(
            of: pictures(images), parameters: decodeParameters(z, condition: condition))
    }

    /// KL(q(z|x) ‖ p(z)) by its formula, or as what z = μ + σ ε says of it, ln q(z|x) − ln p(z): [batch, latents]; of a mixture, whose
    /// latents depend on each other, [batch, 1].
    func divergence(_ mean: Tensor, _ logVariance: Tensor, _ epsilon: Tensor, closedForm: Bool) -> Tensor {
        if closedForm { return gaussianKL(mean: mean, logVariance: logVariance) }
        let z = mean + (0.5 * logVariance).exp() * epsilon
        // The constant ½ ln 2π is in both densities.
        let posterior = -0.5 * (logVariance + epsilon.squared())
        guard let prior else { return posterior + 0.5 * z.squared() }
        let constant = Float(latents) * 0.9189385
        return posterior.sum(axes: [1], keepsAxes: true) - .literal(constant)
            - prior.logDensity(z).insertingAxis(at: 1)
    }

    /// ln (1/k) Σ p(x, zᵢ) / q(zᵢ|x) of each picture, [batch], in nats: a bound that grows with k, and comes to be ln p(x) (Burda, Grosse
    /// and Salakhutdinov, "Importance Weighted Autoencoders", arXiv:1509.00519, equation 8).
    ///
    /// - Parameters:
    ///   - images: x, of shape [batch, …pixels], values in 0…1.
    ///   - epsilon: ε, standard normal, of shape [k, batch, latents].
    ///   - condition: What a model of conditions is told of each picture.
    public func importanceWeightedBound(
        _ images: Tensor, epsilon: Tensor, condition: Tensor? = nil
    ) -> Tensor {
        let (mean, logVariance) = encode(images, condition: condition)
        let (count, batch) = (epsilon.shape[0], epsilon.shape[1])
        func repeated(_ x: Tensor) -> Tensor {
            x.insertingAxis(at: 0).broadcast(to: Shape([count] + x.shape.extents))
                .reshape(Shape([count * batch] + x.shape.extents.dropFirst()))
        }
        let (means, logVariances) = (repeated(mean), repeated(logVariance))
        let each = epsilon.reshape([count * batch, latents])
        let z = means + (0.5 * logVariances).exp() * each
        let logWeights =
            logLikelihood(repeated(pictures(images)), z, condition: condition.map(repeated))
            - divergence(means, logVariances, each, closedForm: false).sum(axes: [1])
        return logWeights.reshape([count, batch]).logSumExp(axis: 0)
            - Tensor.literal(Float(count)).log()
    }

    /// The pictures as the decoder sees their latents' means, in the shape of `images`.
    public func reconstruct(_ images: Tensor, condition: Tensor? = nil) -> Tensor {
        decode(encode(images, condition: condition).mean, condition: condition).reshape(images.shape)
    }
}
