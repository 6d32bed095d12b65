/// Tensors put in the place of others, in the graphs that are built on these.
struct GraphSubstitution {
    private let replacements: [ObjectIdentifier: Tensor]

    /// A substitution of nodes, by their identity, by tensors of the same shapes and types.
    init(_ replacements: [ObjectIdentifier: Tensor]) { self.replacements = replacements }

    /// A substitution of tensors, in order, by others.
    init(_ originals: [Tensor], by replacements: [Tensor]) {
        self.init(
            Dictionary(
                zip(originals.map { ObjectIdentifier($0.node) }, replacements),
                uniquingKeysWith: { first, _ in first }))
    }

    /// `roots`, built on the replacements. Nodes that do not depend on a replaced one stay the same.
    func apply(to roots: [Tensor]) -> [Tensor] {
        var known = replacements
        // Operands come first; a stack of our own, because graphs are deeper than the thread's stack.
        var stack = roots.reversed().map(\.node)
        while let node = stack.last {
            let key = ObjectIdentifier(node)
            if known[key] != nil {
                stack.removeLast()
                continue
            }
            let missing = node.inputs.filter { known[ObjectIdentifier($0.node)] == nil }
            if missing.isEmpty {
                known[key] = rebuilt(node, on: node.inputs.map { known[ObjectIdentifier($0.node)]! })
                stack.removeLast()
            } else {
                stack.append(contentsOf: missing.reversed().map(\.node))
            }
        }
        return roots.map { known[ObjectIdentifier($0.node)]! }
    }

    private func rebuilt(_ node: Node, on inputs: [Tensor]) -> Tensor {
        if inputs == node.inputs { return Tensor(node) }
        var operation = node.operation
        if case .customGradient(let custom) = operation {
            // The user's gradient speaks of the tensors that it was written with.
            operation = .customGradient(
                CustomGradient(structure: custom.structure) { gradient in
                    custom.pullback(gradient).map { $0.map { apply(to: [$0])[0] } }
                })
        }
        return Tensor(Node(operation, inputs, shape: node.shape, scalarType: node.scalarType))
    }
}

extension [Tensor] {
    /// The same tensors, built on `replacement` where they were built on `original`, of the same shape and type.
    package func replacing(_ original: Tensor, by replacement: Tensor) -> [Tensor] {
        GraphSubstitution([original], by: [replacement]).apply(to: self)
    }
}
