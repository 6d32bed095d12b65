import GannetGraph

extension Simplifier {
    /// The most terms that are added one by one.
    private static let mostTerms = 4

    /// A sum of a few terms along outer axes, as after an enlargement by two, as additions: these fuse with what is
    /// around them, where a reduction would be a pass over memory.
    ///
    /// The terms are added to 0 in order, as by a reduction. What they are of must have a value of its own anyway, as a
    /// contraction's result has, or what others read parts of, too: a reduction can take in what comes before it.
    mutating func rewriteShortSum(_ node: Node, _ input: Tensor) -> Tensor? {
        guard case .reduce(.sum, let axes) = node.operation, let last = node.shape.extents.indices.last,
            input.scalarType == .float32, !axes.contains(input.shape.rank - 1), node.shape[last] > 1,
            hasValue(input)
        else { return nil }
        let terms = axes.reduce(1) { $0 * input.shape[$1] }
        guard (2...Self.mostTerms).contains(terms) else { return nil }
        let extents = input.shape.extents.indices.map { axes.contains($0) ? 1 : input.shape[$0] }
        var sum = uniform(Float.zero.literal, shape: node.shape)
        for term in 0..<terms {
            var starts = extents.map { _ in 0 }
            var rest = term
            for axis in axes.sorted().reversed() {
                starts[axis] = rest % input.shape[axis]
                rest /= input.shape[axis]
            }
            let slice = unique(
                Node(
                    .slice(starts: starts, strides: extents.map { _ in 1 }), [input], shape: Shape(extents),
                    scalarType: .float32))
            let addend = reshape(slice, to: node.shape)
            sum = unique(Node(.binary(.add), [sum, addend], shape: node.shape, scalarType: .float32))
        }
        return sum
    }

    /// Whether a tensor is probably stored whatever reads it.
    private func hasValue(_ tensor: Tensor) -> Bool {
        var node = tensor.node
        while true {
            switch node.operation {
            case .reshape, .permute: node = node.inputs[0].node
            case .slice: return node.shape.count < node.inputs[0].shape.count
            default: return node.isHead || node.isInput
            }
        }
    }
}
