import GannetGraph

/// −ln softmax(x)[label] in nats, **one number for each vector of logits**: nothing is summed or averaged over these.
///
/// The negative log-likelihood of a class. With label smoothing ε the class counts as 1 − ε + ε / classes and each
/// other one as ε / classes (Szegedy et al., arXiv:1512.00567). Logits of any size lose no digits; the gradient for
/// them is softmax(x) less these weights.
///
/// - Parameters:
///   - logits: x, […, classes].
///   - labels: The classes, whole numbers […]. Where one is not a class the loss is NaN.
///   - labelSmoothing: ε, from 0 to 1.
/// - Returns: A tensor […].
public func crossEntropy(
    logits: Tensor, labels: Tensor, labelSmoothing: Float = 0, file: StaticString = #fileID,
    line: UInt = #line
) -> Tensor {
    let name = "crossEntropy(logits:labels:)"
    checkLogits(logits, name, labelSmoothing, file: file, line: line)
    if labels.shape.extents != logits.shape.extents.dropLast() || !labels.scalarType.isInteger {
        invalidUse(
            name,
            "the logits have shape \(logits.shape), the labels are \(labels.scalarType) \(labels.shape)",
            file: file, line: line)
    }
    let classes = logits.shape[-1]
    let logarithms = logits.logSoftmax()
    let isClass = labels.oneHot(classes, type: .bool)
    var likelihood = select(isClass, logarithms, 0).sum(axes: [-1])
    if labelSmoothing > 0 {
        likelihood =
            .literal(1 - labelSmoothing) * likelihood + .literal(labelSmoothing) * logarithms.mean(axes: [-1])
    }
    // A uint32 beyond the range of int32 becomes a negative number.
    let label = labels.cast(to: .int32)
    let isKnown = (0 .<= label) .& (label .< .literal(Int32(clamping: classes)))
    return select(isKnown, -likelihood, .literal(Float.nan))
}

/// −Σ t · ln softmax(x) over the classes, in nats, **one number for each vector of logits**: nothing is summed or
/// averaged over these.
///
/// With label smoothing ε each t becomes (1 − ε) t + ε / classes.
///
/// - Parameters:
///   - logits: x, […, classes].
///   - targets: t, the probabilities of the classes, of the same shape.
///   - labelSmoothing: ε, from 0 to 1.
/// - Returns: A tensor […].
public func crossEntropy(
    logits: Tensor, targets: Tensor, labelSmoothing: Float = 0, file: StaticString = #fileID,
    line: UInt = #line
) -> Tensor {
    let name = "crossEntropy(logits:targets:)"
    checkLogits(logits, name, labelSmoothing, file: file, line: line)
    checkShapes(logits, targets, name, "logits", "targets", file: file, line: line)
    var weights = targets
    if labelSmoothing > 0 {
        weights =
            .literal(1 - labelSmoothing) * targets
            + .literal(labelSmoothing / Float(Swift.max(logits.shape[-1], 1)))
    }
    return -(weights * logits.logSoftmax()).sum(axes: [-1])
}

private func checkLogits(
    _ logits: Tensor, _ name: String, _ labelSmoothing: Float, file: StaticString, line: UInt
) {
    if logits.rank < 1 || !logits.scalarType.isFloatingPoint {
        invalidUse(
            name,
            "the logits are \(logits.scalarType) \(logits.shape), not floating-point numbers […, classes]",
            file: file,
            line: line)
    }
    if !(0...1).contains(labelSmoothing) {
        invalidUse(name, "the label smoothing \(labelSmoothing) is not from 0 to 1", file: file, line: line)
    }
}
