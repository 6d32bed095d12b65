/// A graph that was built on some parameters and on other tensors, made into one that depends on parameters alone.
struct ClosedGraph {
    /// What was taken from outside.
    private(set) var captured: [Tensor] = []
    /// The parameters that stand for what was taken, numbered after those that there were.
    private(set) var parameters: [Tensor] = []
    /// The results, built on parameters.
    private(set) var results: [Tensor] = []

    private enum Role {
        /// Computed of a parameter.
        case inside
        /// Known from the structure alone, and as good inside as outside.
        case constant
        /// Computed of nothing inside.
        case outside
    }

    /// Closes the graph of `roots` over the parameters that there are already.
    init(of roots: [Tensor], over known: [Tensor]) {
        var roles = Dictionary(uniqueKeysWithValues: known.map { (ObjectIdentifier($0.node), Role.inside) })
        for node in Node.topologicalOrder(of: roots) where roles[ObjectIdentifier(node)] == nil {
            let inputs = node.inputs.map { roles[ObjectIdentifier($0.node)]! }
            roles[ObjectIdentifier(node)] =
                inputs.contains(.inside)
                ? .inside
                : inputs.contains(.outside) || node.isInput ? .outside : .constant
        }
        // What is outside is captured, so that it is computed once; but movements of it cost nothing inside, and may
        // be large outside.
        var replacements: [ObjectIdentifier: Tensor] = [:]
        var visited = Set<ObjectIdentifier>()
        var stack = roots.reversed().map(\.node)
        while let node = stack.popLast() {
            guard visited.insert(ObjectIdentifier(node)).inserted else { continue }
            let role = roles[ObjectIdentifier(node)]!
            if role == .constant { continue }
            if role == .inside || node.isCostlessMovement {
                for input in node.inputs.reversed() { stack.append(input.node) }
            } else {
                let parameter = Tensor.placeholder(
                    known.count + parameters.count, node.shape, node.scalarType)
                captured.append(Tensor(node))
                parameters.append(parameter)
                replacements[ObjectIdentifier(node)] = parameter
            }
        }
        results = GraphSubstitution(replacements).apply(to: roots)
    }
}

extension Node {
    /// Whether the node's values are given, not computed.
    public var isInput: Bool {
        switch operation {
        case .leaf, .placeholder: true
        default: false
        }
    }

    /// Whether the node stands for an input of a loop's body.
    package var isPlaceholder: Bool { if case .placeholder = operation { true } else { false } }

    /// Whether the node only rearranges its operand, and can do so wherever it is read.
    fileprivate var isCostlessMovement: Bool {
        switch operation {
        case .reshape, .permute, .broadcast, .slice: true
        default: false
        }
    }
}
