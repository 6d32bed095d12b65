import GannetGraph

/// KL(N(μ, σ²) ‖ N(0, 1)) = −½ (1 + ln σ² − μ² − σ²) in nats, **element by element**: nothing is summed or averaged.
///
/// For the divergence of a diagonal Gaussian over several latent variables, sum over their axis: `.sum(axes: [1])`
/// of a [batch, latents] tensor (Kingma and Welling, arXiv:1312.6114, appendix B).
///
/// - Parameters:
///   - mean: μ, of any shape.
///   - logVariance: ln σ², of the same shape.
/// - Returns: A tensor of that shape, nowhere negative but for rounding.
public func gaussianKL(
    mean: Tensor, logVariance: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    checkShapes(
        mean, logVariance, "gaussianKL(mean:logVariance:)", "means", "variances", file: file, line: line)
    return -0.5 * (1 + logVariance - mean.squared() - logVariance.exp())
}
