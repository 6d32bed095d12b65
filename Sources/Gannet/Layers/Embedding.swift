import GannetGraph

/// A table of vectors that are looked up by number.
///
/// - Numbers are `int32` of any shape, each in 0 ..< count; ``weight`` is [count, features], and the result
///   [numbers…, features].
///
/// The vectors start from N(0, 1), as PyTorch's do. A number out of range gives NaN.
public struct Embedding: LocatedLayer {
    /// The vectors, of shape [count, features].
    public let weight: Parameter

    /// The number of vectors.
    public var count: Int { weight.shape[0] }
    /// The length of a vector.
    public var features: Int { weight.shape[1] }

    /// Creates a table whose initial values are drawn from `random`.
    public init(
        count: Int, features: Int, weights: Initializer = .normal(), random: inout RandomStream
    ) {
        if count < 1 || features < 1 {
            invalidUse("Embedding", "\(count) vectors of length \(features) make no table")
        }
        weight = Parameter(weights([count, features], random: &random))
    }

    /// The vectors with the given numbers.
    public func callAsFunction(
        _ numbers: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        traced(numbers, weight.value.gathered(at: numbers, file: file, line: line))
    }
}
