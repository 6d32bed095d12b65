import Gannet

/// p(x|z): how the values of pixels are distributed, each by itself, given what a decoder makes of the latents.
///
/// A decoder has ``parametersPerChannel`` results for each value, those of all channels one after another: [batch, height, width,
/// channels] for the first, then as many for the second. Values are in 0…1.
public enum DecoderDistribution: Sendable, Hashable {
    /// White with the probability σ(r), else black: Kingma and Welling (arXiv:1312.6114), appendix C.1. Grey values count as the
    /// probability that a pixel is white.
    case bernoulli
    /// N(r, s²) with a deviation for each value, appendix C.2: a density, not a probability. ln s² is at least −7, so that no density
    /// grows without bound.
    case gaussian
    /// A logistic distribution over the 256 levels of bytes, each with a location and a scale: Kingma et al. (arXiv:1606.04934),
    /// appendix C.
    case discretizedLogistic

    /// The number of results of a decoder for a value.
    public var parametersPerChannel: Int { self == .bernoulli ? 1 : 2 }

    /// ln p(x|z) of each picture in nats, [batch].
    ///
    /// - Parameters:
    ///   - images: x, [batch, height, width, channels], values in 0…1.
    ///   - parameters: The decoder's results, [batch, height, width, channels · ``parametersPerChannel``].
    public func logLikelihood(of images: Tensor, parameters: Tensor) -> Tensor {
        let pixels = Array(1..<images.rank)
        switch self {
        case .bernoulli: return -binaryCrossEntropy(logits: parameters, targets: images).sum(axes: pixels)
        case .gaussian:
            let (mean, logVariance) = halves(parameters)
            return -gaussianNLL(
                mean: mean, logVariance: maximum(logVariance, .literal(Self.leastLogVariance)),
                targets: images
            ).sum(axes: pixels)
        case .discretizedLogistic:
            return -logistic(parameters).negativeLogLikelihood(of: (images * 2 - 1).insertingAxis(at: -1))
                .sum(axes: pixels)
        }
    }

    /// The means of p(x|z), [batch, height, width, channels], as far as they are in 0…1.
    public func mean(_ parameters: Tensor) -> Tensor {
        switch self {
        case .bernoulli: parameters.sigmoid()
        case .gaussian: halves(parameters).0.clamped(to: 0...1)
        case .discretizedLogistic: (halves(parameters).0.clamped(to: -1...1) + 1) / 2
        }
    }

    /// Pictures drawn from p(x|z), [batch, height, width, channels], values in 0…1.
    public func samples(_ parameters: Tensor, noise: inout RandomStream) -> Tensor {
        switch self {
        case .bernoulli: return (noise.uniform(parameters.shape) .< parameters.sigmoid()).cast(to: .float32)
        case .gaussian:
            let (mean, logVariance) = halves(parameters)
            let deviation = (0.5 * maximum(logVariance, .literal(Self.leastLogVariance))).exp()
            return (mean + deviation * noise.normal(mean.shape)).clamped(to: 0...1)
        case .discretizedLogistic:
            return (logistic(parameters).sample(from: &noise).squeezed(axes: [-1]) + 1) / 2
        }
    }

    private static let leastLogVariance: Float = -7

    /// The first and the second result for each value.
    private func halves(_ parameters: Tensor) -> (Tensor, Tensor) {
        let channels = parameters.shape[-1] / 2
        return (parameters[.ellipsis, 0..<channels], parameters[.ellipsis, channels...])
    }

    /// Each value as a pixel of one channel, whose mixture has one component.
    private func logistic(_ parameters: Tensor) -> DiscretizedLogisticMixture {
        let (mean, logScale) = halves(parameters)
        return DiscretizedLogisticMixture(
            parameters: .stack([.zeros(mean.shape), mean, logScale], axis: -1), channels: 1)
    }
}
