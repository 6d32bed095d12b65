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

/// max(0, 1 − D(x)) + max(0, 1 + D(G(z))), **element by element**: what a discriminator minimises the mean of
/// (Lim and Ye, arXiv:1705.02894, equation 3).
///
/// - Parameters:
///   - real: D(x), the scores of pictures from the data.
///   - made: D(G(z)), those of as many pictures from the generator.
public func hingeDiscriminatorLoss(
    real: Tensor, made: Tensor, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    checkShapes(
        real, made, "hingeDiscriminatorLoss(real:made:)", "real scores", "made ones", file: file, line: line)
    return (1 - real).relu() + (1 + made).relu()
}

/// −D(G(z)), **element by element**: what a generator minimises the mean of against
/// ``hingeDiscriminatorLoss(real:made:file:line:)``.
///
/// - Parameter made: D(G(z)), the scores of pictures from the generator.
public func hingeGeneratorLoss(made: Tensor) -> Tensor { -made }
