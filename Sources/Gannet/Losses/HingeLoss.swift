import GannetGraph

/// max(0, 1 − t · x), **element by element**: 0 for scores that are on the right side by at least 1.
///
/// - Parameters:
///   - scores: x, of any shape.
///   - targets: t, −1 or 1, of the same shape.
public func hingeLoss(
    scores: Tensor, targets: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    checkShapes(scores, targets, "hingeLoss(scores:targets:)", "scores", "targets", file: file, line: line)
    return (1 - scores * targets).relu()
}
