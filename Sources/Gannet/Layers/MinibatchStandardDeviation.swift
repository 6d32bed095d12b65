import GannetGraph

/// Adds to the features of each example how much the batch differs: Karras et al., "Progressive Growing of GANs" (arXiv:1710.10196), section
/// 3. A discriminator sees by it that all pictures are alike.
///
/// - `x` is [batch, …, channels], the result [batch, …, channels + 1].
///
/// The standard deviation over the batch, of every feature at every place, is averaged over all of these; the one number is the last feature
/// everywhere. What is added to variances, 10⁻⁸, is that of the paper's code.
public struct MinibatchStandardDeviation: LocatedLayer {
    /// Creates a layer; it has no parameters.
    public init() {}

    /// `x` with a feature more.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        if x.rank < 2 {
            invalidUse(
                "MinibatchStandardDeviation", "\(x.shape) is not [batch, …, channels]", file: file, line: line
            )
        }
        let difference = x - x.mean(axes: [0], keepsAxes: true)
        let deviation = (difference.squared().mean(axes: [0]) + 1e-8).sqrt().mean()
        let feature = deviation.broadcast(to: Shape(x.shape.extents.dropLast() + [1]))
        return traced(x, .concatenate([x, feature], axis: x.rank - 1))
    }
}
