import GannetGraph

/// −(t · ln σ(x) + (1 − t) · ln(1 − σ(x))) in nats, **element by element**: nothing is summed or averaged.
///
/// The negative log-likelihood of a Bernoulli variable whose logit is x = ln(p / (1 − p)). Computed as
/// max(x, 0) − x · t + ln(1 + e^−|x|), which neither overflows nor loses digits for any x. Its gradient is σ(x) − t
/// for the logits, also at 0, and −x for the targets.
///
/// For the likelihood of a whole picture, sum over its pixels: `.sum(axes: [1])` of a [batch, pixels] tensor.
///
/// - Parameters:
///   - logits: x, of any shape.
///   - targets: t, in 0…1 (grey values count as probabilities), of the same shape.
/// - Returns: A tensor of that shape.
public func binaryCrossEntropy(
    logits: Tensor, targets: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    checkShapes(
        logits, targets, "binaryCrossEntropy(logits:targets:)", "logits", "targets", file: file, line: line)
    return logits.softplus() - logits * targets
}
