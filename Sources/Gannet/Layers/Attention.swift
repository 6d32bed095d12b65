import GannetGraph

/// softmax(Q Kᵀ · scale + mask) V: Vaswani et al., "Attention Is All You Need" (arXiv:1706.03762), equation 1.
///
/// - Parameters:
///   - queries: Q, […, targets, features].
///   - keys: K, […, sources, features].
///   - values: V, […, sources, width]. The leading axes of all three broadcast.
///   - mask: Which query may see which source, of a shape that broadcasts to […, targets, sources]: `bool`, true where
///     it may, or `float32` numbers that are added, −∞ where it may not. A query that sees nothing has the result 0.
///   - isCausal: Whether query *i* sees sources 0…i only.
///   - scale: What products are multiplied by; 1 / √features unless it is given.
///   - dropout: The probability with which a weight is dropped in training; see ``Dropout``.
/// - Returns: […, targets, width].
public func scaledDotProductAttention(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor? = nil, isCausal: Bool = false,
    scale: Float? = nil, dropout: Float = 0, file: StaticString = #fileID, line: UInt = #line
) -> Tensor {
    func fail(_ explanation: String) -> Never {
        invalidUse("scaledDotProductAttention", explanation, file: file, line: line)
    }
    if queries.rank < 2 || keys.rank < 2 || values.rank < 2 || queries.shape[-1] != keys.shape[-1]
        || keys.shape[-2] != values.shape[-2]
    {
        fail("queries \(queries.shape), keys \(keys.shape) and values \(values.shape) do not fit")
    }
    let scale = scale ?? 1 / Float(max(queries.shape[-1], 1)).squareRoot()
    // The queries are smaller than the products.
    var scores = (queries * .literal(scale)).matmul(keys, transposeB: true, file: file, line: line)
    var seen: Tensor?
    if isCausal {
        let shape: Shape = [scores.shape[-2], scores.shape[-1]]
        seen = !(Tensor.index(along: 1, of: shape) .> Tensor.index(along: 0, of: shape))
    }
    if let mask {
        if Shape.broadcast(mask.shape, scores.shape) != scores.shape {
            fail("a mask of \(mask.shape) does not broadcast to \(scores.shape)")
        }
        switch mask.scalarType {
        case .float32: scores = scores + mask
        case .bool: seen = seen.map { $0 .& mask } ?? mask
        default: fail("the mask is \(mask.scalarType) of \(mask.shape), not bool or float32")
        }
    }
    if let seen { scores = select(seen, scores, .literal(-Float.infinity)) }
    let weights = mask == nil ? scores.softmax() : scores.softmaxOrZero()
    return weights.droppingOut(rate: dropout, file: file, line: line)
        .matmul(values, file: file, line: line)
}

extension Tensor {
    /// eˣ / Σ eˣ along the last axis, and 0 where all elements are −∞.
    fileprivate func softmaxOrZero() -> Tensor {
        let peak = max(axes: [rank - 1], keepsAxes: true).stoppingGradient()
        let e = (self - select(peak.isFinite(), peak, 0)).exp()
        // The largest element is e⁰: the bound matters only where there is none.
        return e / maximum(e.sum(axes: [rank - 1], keepsAxes: true), 1e-30)
    }
}
