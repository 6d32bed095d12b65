import GannetGraph

/// −ln N(t; μ, σ²) = ½ (ln 2π + ln σ² + (t − μ)² / σ²) in nats, **element by element**: nothing is summed or averaged.
///
/// The constant ½ ln 2π is part of it, so that it is the likelihood itself.
///
/// - Parameters:
///   - mean: μ, of any shape.
///   - logVariance: ln σ², of the same shape.
///   - targets: t, of the same shape.
public func gaussianNLL(
    mean: Tensor, logVariance: Tensor, targets: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    let name = "gaussianNLL(mean:logVariance:targets:)"
    checkShapes(mean, logVariance, name, "means", "variances", file: file, line: line)
    checkShapes(mean, targets, name, "means", "targets", file: file, line: line)
    // ln 2π
    return 0.5 * (1.8378770664093456 + logVariance + (targets - mean).squared() * (-logVariance).exp())
}
