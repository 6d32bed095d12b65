import Gannet

/// Σ πₖ N(μₖ, diag σₖ²), whose parts are trained: a prior of latents that come in several kinds (Dilokthanakul et al.,
/// arXiv:1611.02648).
public struct GaussianMixture: Module {
    /// ln πₖ, not normalised, [components].
    public let logits: Parameter
    /// μₖ, [components, features].
    public let means: Parameter
    /// ln σₖ², [components, features].
    public let logVariances: Parameter

    /// The number of Gaussians.
    public var components: Int { means.shape[0] }

    /// Creates a mixture of Gaussians of variance 1, all as likely, around points that are drawn from N(0, 1).
    public init(components: Int, features: Int, random: inout RandomStream) {
        logits = Parameter(Initializer.zeros([components], random: &random))
        means = Parameter(Initializer.normal()([components, features], random: &random))
        logVariances = Parameter(Initializer.zeros([components, features], random: &random))
    }

    /// ln Σ πₖ N(z; μₖ, σₖ²) of points [batch, features], [batch].
    public func logDensity(_ z: Tensor) -> Tensor {
        (logits.value.logSoftmax() + logDensities(z)).logSumExp(axis: 1)
    }

    /// The probability of each Gaussian to be where points [batch, features] are from, [batch, components].
    public func responsibilities(_ z: Tensor) -> Tensor {
        (logits.value.logSoftmax() + logDensities(z)).softmax(axis: 1)
    }

    /// ln N(z; μₖ, σₖ²), [batch, components].
    private func logDensities(_ z: Tensor) -> Tensor {
        let shape: Shape = [z.shape[0], components, z.shape[1]]
        return -gaussianNLL(
            mean: means.value.broadcast(to: shape), logVariance: logVariances.value.broadcast(to: shape),
            targets: z.insertingAxis(at: 1).broadcast(to: shape)
        ).sum(axes: [2])
    }

    /// Points drawn from the mixture, [count, features].
    public func samples(_ count: Int, noise: inout RandomStream) -> Tensor {
        let key = noise.nextKey()
        let component = RandomStream.categorical(
            logits: logits.value.broadcast(to: [count, components]), key: key)
        let deviations = (0.5 * logVariances.value).exp()
        return means.value.gathered(at: component)
            + deviations.gathered(at: component) * noise.normal([count, means.shape[1]])
    }
}
