import GannetGraph

/// −ln P(t) in nats of levels from −1 to 1 under a Gaussian that is integrated over each level's bin, **element by element**:
/// Ho, Jain and Abbeel, "Denoising Diffusion Probabilistic Models" (arXiv:2006.11239), equation 13.
///
///     P(t) = Φ((t + h − μ) / σ) − Φ((t − h − μ) / σ),   h = 1 / (levels − 1)
///
/// with the first term 1 for t > 0.999 and the second 0 for t < −0.999. Finite, with a gradient, at any distance from the mean.
///
/// - Parameters:
///   - mean: μ, of any shape.
///   - logVariance: ln σ², of a shape that broadcasts to the means'.
///   - targets: t, of the means' shape.
///   - levels: The number of levels, 256 for bytes.
public func discretizedGaussianNLL(
    mean: Tensor, logVariance: Tensor, targets: Tensor, levels: Int = 256, file: StaticString = #fileID,
    line: UInt = #line
) -> Tensor {
    let name = "discretizedGaussianNLL(mean:logVariance:targets:levels:)"
    checkShapes(mean, targets, name, "means", "targets", file: file, line: line)
    if Shape.broadcast(logVariance.shape, mean.shape) != mean.shape || levels < 2 {
        invalidUse(
            name,
            "variances of shape \(logVariance.shape) for means of shape \(mean.shape), \(levels) levels",
            file: file, line: line)
    }
    let inverseDeviation = (-0.5 * logVariance).exp().broadcast(to: mean.shape)
    let centred = (targets - mean) * inverseDeviation
    let half = .literal(1 / Float(levels - 1)) * inverseDeviation
    // The density is symmetric: all bins are looked at from the side of the mean.
    let distance = centred.abs()
    let (near, far) = (distance - half, distance + half)
    // A bin around the mean is what both tails leave; one beside it is the difference of two tails.
    let around = (-(logNormalTail(maximum(-near, 0)).exp() + logNormalTail(far).exp())).log1p()
    let nearTail = logNormalTail(maximum(near, 0))
    let decrease = maximum(nearTail - logNormalTail(far), 1e-6)
    // A bin in which the density hardly curves, whose tails have most digits in common; the series leaves out h⁴.
    let reach = half * (1 + distance)
    let isFlat = reach .< 0.1
    let h = minimum(half, 0.1 / (1 + distance))
    let square = distance.squared()
    // ln 2 − ½ ln 2π
    let density = half.log() - 0.5 * square - .literal(Float(0.225791352644727))
    let flat = density + (square - 1) * h.squared() / 6
    let beside = nearTail + (-(-decrease).exp()).log1p()
    let inside = select(isFlat, flat, select(near .< 0, around, beside))
    let first = -logNormalCDF(centred + half)
    let last = -logNormalCDF(-(centred - half))
    return select(targets .< -0.999, first, select(targets .> 0.999, last, -inside))
}

/// ln Φ(x), the logarithm of the standard normal distribution function.
private func logNormalCDF(_ x: Tensor) -> Tensor {
    select(
        x .< 0, logNormalTail(maximum(-x, 0)), (-logNormalTail(maximum(x, 0)).exp()).log1p())
}

/// ln (1 − Φ(x)) for x ≥ 0 with a relative error of the tail below 2 · 10⁻⁷: ½ erfc(x / √2) by the Chebyshev fit of Press et
/// al., "Numerical Recipes in C", section 6.2.
private func logNormalTail(_ x: Tensor) -> Tensor {
    let z = x * 0.7071067811865476
    let t = 1 / (1 + 0.5 * z)
    let coefficients: [Float] = [
        0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
        1.00002368,
    ]
    let polynomial = coefficients.dropFirst().reduce(Tensor.literal(coefficients[0])) {
        $0 * t + .literal($1)
    }
    // ln ½ − 1.26551223
    return t.log() - z.squared() + polynomial * t - .literal(Float(1.95865941))
}
