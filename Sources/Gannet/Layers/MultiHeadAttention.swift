import GannetGraph

/// Attention of several heads side by side: Vaswani et al., "Attention Is All You Need" (arXiv:1706.03762), section
/// 3.2.2.
///
/// - Queries are [batch, targets, features], keys and values [batch, sources, features], the result
///   [batch, targets, features];
/// - ``inputWeight`` is [features, 3 · features] and ``inputBias`` [3 · features]: the columns for queries, keys and
///   values in this order, which is PyTorch's, and of each in the order of the heads.
///
/// As in PyTorch, the input weights start as ``Initializer/glorotUniform(gain:)``, those of ``output`` as a ``Linear``'s,
/// and all biases as 0. PyTorch keeps the matrices transposed, and its boolean masks are true where a source is *not*
/// seen.
public struct MultiHeadAttention: LocatedLayer {
    /// The weights of the projections that make queries, keys and values, [features, 3 · features].
    public let inputWeight: Parameter
    /// The biases of these projections, [3 · features], or nil.
    public let inputBias: Parameter?
    /// The projection of the heads' results put side by side.
    public let output: Linear
    /// The number of heads, a divisor of the number of features.
    public let heads: Int
    /// The probability with which a weight of the attention is dropped in training.
    public let dropout: Float
    /// Whether target *i* sees sources 0…i only, unless a call says otherwise.
    public let isCausal: Bool

    /// The number of features.
    public var features: Int { inputWeight.shape[0] }

    /// Creates a layer whose initial values are drawn from `random`: the input weights, then the output's.
    public init(
        features: Int, heads: Int, isCausal: Bool = false, bias: Bool = true, dropout: Float = 0,
        random: inout RandomStream
    ) {
        if features < 1 || heads < 1 || !features.isMultiple(of: heads) {
            invalidUse("MultiHeadAttention", "\(features) features are not \(heads) heads of the same size")
        }
        func zeros(_ count: Int) -> Tensor { Tensor([Float](repeating: 0, count: count)) }
        inputWeight = Parameter(
            Initializer.glorotUniform()([features, 3 * features], random: &random))
        inputBias = bias ? Parameter(zeros(3 * features)) : nil
        output = Linear(inputs: features, outputs: features, bias: bias, random: &random)
        output.bias?.assign(zeros(features))
        self.heads = heads
        self.dropout = dropout
        self.isCausal = isCausal
    }

    @_disfavoredOverload
    public func callAsFunction(_ x: Tensor, file: StaticString, line: UInt) -> Tensor {
        self(x, mask: nil, isCausal: nil, file: file, line: line)
    }

    /// Attention of a sequence to itself.
    ///
    /// - Parameters:
    ///   - x: Queries, keys and values, [batch, steps, features].
    ///   - mask: As in ``scaledDotProductAttention(queries:keys:values:mask:isCausal:scale:dropout:file:line:)``, of a
    ///     shape that broadcasts to [batch, heads, steps, steps].
    ///   - isCausal: Whether step *i* sees steps 0…i only; by default as the layer was made.
    public func callAsFunction(
        _ x: Tensor, mask: Tensor? = nil, isCausal: Bool? = nil, file: StaticString = #fileID,
        line: UInt = #line
    ) -> Tensor {
        check(x, "x", file: file, line: line)
        let projected = project(x, to: 0..<3)
        let parts = (0..<3).map {
            projected.slice($0 * features..<($0 + 1) * features, axis: 2)
        }
        return traced(x, attend(parts, mask, isCausal, file: file, line: line))
    }

    /// Attention of one sequence to another.
    ///
    /// - Parameters:
    ///   - queries: What looks, [batch, targets, features].
    ///   - keys: What is looked for, [batch, sources, features].
    ///   - values: What is seen there, [batch, sources, features].
    ///   - mask: As in ``scaledDotProductAttention(queries:keys:values:mask:isCausal:scale:dropout:file:line:)``, of a
    ///     shape that broadcasts to [batch, heads, targets, sources].
    ///   - isCausal: Whether target *i* sees sources 0…i only; by default as the layer was made.
    public func callAsFunction(
        queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor? = nil, isCausal: Bool? = nil,
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        check(queries, "queries", file: file, line: line)
        check(keys, "keys", file: file, line: line)
        check(values, "values", file: file, line: line)
        let parts = [queries, keys, values].enumerated().map {
            project($0.element, to: $0.offset..<$0.offset + 1)
        }
        return traced(queries, attend(parts, mask, isCausal, file: file, line: line))
    }

    private func check(_ x: Tensor, _ name: String, file: StaticString, line: UInt) {
        if x.rank != 3 || x.shape[2] != features {
            invalidUse(
                "MultiHeadAttention", "\(name) of \(x.shape), not [batch, steps, \(features)]", file: file,
                line: line)
        }
    }

    /// Some of queries, keys and values, side by side: [batch, steps, parts · features].
    private func project(_ x: Tensor, to parts: Range<Int>) -> Tensor {
        let columns = parts.lowerBound * features..<parts.upperBound * features
        var y = x.reshape(-1, features).matmul(inputWeight.value.slice(columns, axis: 1))
        if let inputBias { y = y + inputBias.value.slice(columns, axis: 0) }
        return y.reshape([x.shape[0], x.shape[1], parts.count * features])
    }

    /// The result for queries, keys and values that were projected.
    private func attend(
        _ parts: [Tensor], _ mask: Tensor?, _ isCausal: Bool?, file: StaticString, line: UInt
    ) -> Tensor {
        let split = parts.map {
            $0.reshape([$0.shape[0], $0.shape[1], heads, features / heads]).permute(0, 2, 1, 3)
        }
        let seen = scaledDotProductAttention(
            queries: split[0], keys: split[1], values: split[2], mask: mask,
            isCausal: isCausal ?? self.isCausal, dropout: dropout, file: file, line: line)
        let joined = seen.permute(0, 2, 1, 3).reshape(parts[0].shape)
        return output.output(of: joined, weight: output.weight.value, file: file, line: line)
    }
}
