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

/// KL(N(μ₁, σ₁²) ‖ N(μ₂, σ₂²)) = ½ (ln σ₂² − ln σ₁² + σ₁² / σ₂² + (μ₁ − μ₂)² / σ₂² − 1) in nats, **element by element**.
///
/// - Parameters:
///   - mean: μ₁, of any shape.
///   - logVariance: ln σ₁², of a shape that broadcasts to the means'.
///   - otherMean: μ₂, of the means' shape.
///   - otherLogVariance: ln σ₂², of a shape that broadcasts to the means'.
/// - Returns: A tensor of the means' shape, nowhere negative but for rounding.
public func gaussianKL(
    mean: Tensor, logVariance: Tensor, to otherMean: Tensor, logVariance otherLogVariance: Tensor,
    file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    let name = "gaussianKL(mean:logVariance:to:logVariance:)"
    checkShapes(mean, otherMean, name, "means", "means", file: file, line: line)
    for variance in [logVariance, otherLogVariance]
    where Shape.broadcast(variance.shape, mean.shape) != mean.shape {
        invalidUse(
            name, "variances of shape \(variance.shape) for means of shape \(mean.shape)", file: file,
            line: line)
    }
    let difference = logVariance - otherLogVariance
    // σ² / s² − 1 − ln σ² / s² loses its digits where the variances are alike; the series leaves out (ln σ² / s²)⁷ / 5040.
    let small = minimum(maximum(difference, -0.1), 0.1)
    let series =
        small.squared()
        * (0.5 + small * (0.16666667 + small * (0.041666668 + small * (0.008333334 + small * 0.0013888889))))
    let excess = select(difference.abs() .< 0.1, series, difference.exp() - 1 - difference)
    return 0.5 * (excess + (mean - otherMean).squared() * (-otherLogVariance).exp())
}
