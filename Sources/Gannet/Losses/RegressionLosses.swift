import GannetGraph

/// (x − t)², **element by element**: its mean is the mean squared error.
///
/// - Parameters:
///   - predictions: x, of any shape.
///   - targets: t, of the same shape.
public func squaredError(
    predictions: Tensor, targets: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    checkShapes(
        predictions, targets, "squaredError(predictions:targets:)", "predictions", "targets", file: file,
        line: line)
    return (predictions - targets).squared()
}

/// |x − t|, **element by element**: its mean is the L1 loss. The gradient where x = t is 0.
///
/// - Parameters:
///   - predictions: x, of any shape.
///   - targets: t, of the same shape.
public func absoluteError(
    predictions: Tensor, targets: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    checkShapes(
        predictions, targets, "absoluteError(predictions:targets:)", "predictions", "targets", file: file,
        line: line)
    return (predictions - targets).abs()
}

/// ½ d² where |d| = |x − t| is at most δ, and δ (|d| − ½ δ) beyond, **element by element** (Huber, 1964).
///
/// - Parameters:
///   - predictions: x, of any shape.
///   - targets: t, of the same shape.
///   - delta: δ > 0, the largest gradient.
public func huberLoss(
    predictions: Tensor, targets: Tensor, delta: Float = 1, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    let name = "huberLoss(predictions:targets:delta:)"
    checkShapes(predictions, targets, name, "predictions", "targets", file: file, line: line)
    if !(delta > 0) { invalidUse(name, "δ = \(delta) is not positive", file: file, line: line) }
    let distance = (predictions - targets).abs()
    // With c = min(|d|, δ) both branches are c (|d| − ½ c), in which nothing overflows.
    let near = minimum(distance, .literal(delta))
    return near * (distance - 0.5 * near)
}

/// ½ d² / β where |d| = |x − t| is at most β, and |d| − ½ β beyond, **element by element** (Girshick,
/// arXiv:1504.08083): ``huberLoss(predictions:targets:delta:file:line:)`` with δ = β, divided by β.
///
/// - Parameters:
///   - predictions: x, of any shape.
///   - targets: t, of the same shape.
///   - beta: β ≥ 0; with 0 it is ``absoluteError(predictions:targets:file:line:)``.
public func smoothL1Loss(
    predictions: Tensor, targets: Tensor, beta: Float = 1, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    if beta == 0 { return absoluteError(predictions: predictions, targets: targets, file: file, line: line) }
    return huberLoss(predictions: predictions, targets: targets, delta: beta, file: file, line: line)
        / .literal(beta)
}
