// Activation checkpointing: Chen et al., "Training Deep Nets with Sublinear Memory Cost" (arXiv:1604.06174).

extension Tensor {
    /// What `body` makes of `inputs`, computed again for the gradient: what it computed on the way to its result need
    /// not be kept until then.
    ///
    /// The result and the gradients are those of `body(inputs)`, bit for bit; random numbers that `body` draws are the
    /// same the second time. Memory falls from that of all intermediate values to that of the inputs, and what is
    /// inside is computed twice. Layers of equal size take the least memory in some √n segments of n layers.
    ///
    /// ```swift
    /// for block in blocks { h = h.checkpointed { block($0) } }
    /// ```
    ///
    /// What `body` takes from outside, such as parameters, is kept, and has a gradient as usual.
    public static func checkpointed(_ inputs: [Tensor], _ body: ([Tensor]) -> Tensor) -> Tensor {
        let result = body(inputs)
        let segment = CheckpointedSegment(from: inputs, to: result)
        if segment.isEmpty { return result }
        let gradient = CustomGradient(structure: segment.structure) { segment.pullback(of: $0) }
        return Node.make(
            .customGradient(gradient), [result] + segment.operands, name: "checkpointed(_:_:)", file: #fileID,
            line: #line)
    }

    /// What `body` makes of this tensor, computed again for the gradient; see ``checkpointed(_:_:)``.
    public func checkpointed(_ body: (Tensor) -> Tensor) -> Tensor {
        Tensor.checkpointed([self]) { body($0[0]) }
    }
}

/// The graph between some tensors and one that was made of them.
private struct CheckpointedSegment {
    /// What the segment starts from, and has a gradient.
    private var starts: [Tensor] = []
    /// What it takes from outside, and has a gradient.
    private var captured: [Tensor] = []
    /// What it starts from, and has no gradient: indices, and the keys of random numbers.
    private var others: [Tensor] = []
    private let result: Tensor

    /// The tensors that receive a gradient.
    var operands: [Tensor] { starts + captured }
    /// How many of what there are, which with the operands themselves tells the segment from others.
    var structure: [Int] { [starts.count, captured.count, others.count] }
    /// Whether nothing is computed of the inputs that could have a gradient.
    let isEmpty: Bool

    private enum Role {
        /// An input, or computed of one.
        case inside
        /// Random numbers that are cheap to draw again.
        case noise
        /// Known from the structure alone.
        case constant
        /// A stored value, moved or changed a little.
        case stored
        /// Computed of something else.
        case outside
    }

    init(from inputs: [Tensor], to result: Tensor) {
        self.result = result
        var roles: [ObjectIdentifier: Role] = [:]
        for input in inputs { roles[ObjectIdentifier(input.node)] = .inside }
        isEmpty = roles[ObjectIdentifier(result.node)] != nil || !result.scalarType.isFloatingPoint
        if isEmpty { return }
        var known = Set(roles.keys)
        for input in inputs where input.scalarType != .bool {
            if input.scalarType.isFloatingPoint { starts.append(input) } else { others.append(input) }
        }
        for node in Self.order(of: result, from: known) {
            let role = Self.role(of: node, node.inputs.map { roles[ObjectIdentifier($0.node)]! })
            roles[ObjectIdentifier(node)] = role
            guard role == .inside || role == .noise else { continue }
            for input in node.inputs {
                guard let role = roles[ObjectIdentifier(input.node)], role == .stored || role == .outside,
                    known.insert(ObjectIdentifier(input.node)).inserted
                else { continue }
                if input.scalarType.isFloatingPoint {
                    captured.append(input)
                } else if case .randomBits = node.operation {
                    others.append(input)
                }
            }
        }
    }

    private static func role(of node: Node, _ inputs: [Role]) -> Role {
        if inputs.contains(.inside) { return .inside }
        switch node.operation {
        case .leaf, .placeholder: return .stored
        case .randomBits: return .noise
        case _ where inputs.allSatisfy { $0 == .constant }: return .constant
        case .unary, .binary, .select, .cast, .reshape, .permute, .broadcast, .slice, .pad, .concatenate:
            if inputs.contains(.outside) { return .outside }
            return inputs.contains(.noise) ? .noise : .stored
        default: return .outside
        }
    }

    /// The nodes that `result` is built from, each after its operands, without `inputs` and what comes before them.
    private static func order(of result: Tensor, from inputs: Set<ObjectIdentifier>) -> [Node] {
        var order: [Node] = []
        var visited = inputs
        var stack: [(node: Node, next: Int)] = [(result.node, 0)]
        visited.insert(ObjectIdentifier(result.node))
        while let (node, next) = stack.last {
            let operands = node.inputs
            if next == operands.count {
                order.append(node)
                stack.removeLast()
                continue
            }
            stack[stack.count - 1].next = next + 1
            let operand = operands[next].node
            if visited.insert(ObjectIdentifier(operand)).inserted { stack.append((operand, 0)) }
        }
        return order
    }

    /// The gradients of ``operands`` that follow from `gradient`, that of the result.
    func pullback(of gradient: Tensor) -> [Tensor] {
        // Written in stand-ins, since one operand may be computed of another.
        let originals = starts + captured + others
        let standIns = originals.enumerated().map {
            Tensor.placeholder($0.offset, $0.element.shape, $0.element.scalarType)
        }
        let again = GraphSubstitution(originals, by: standIns).apply(to: [result])
        let gradients = gradients(
            of: again, weightedBy: [gradient], withRespectTo: Array(standIns.prefix(operands.count)))
        let delayed =
            starts.map { $0.delayed(until: gradient) } + captured
            + others.map { $0.delayed(until: gradient) }
        return GraphSubstitution(standIns, by: delayed).apply(to: gradients)
    }
}

extension Tensor {
    /// The same values in a way that a compiler does not see through, so that what is computed of them is not taken for
    /// what was computed before; they are not to be had before `other` is.
    fileprivate func delayed(until other: Tensor) -> Tensor {
        if other.count == 0 || count == 0 { return self }
        let element = other.flattened().element(0, axis: 0)
        let isEqual = element .== element
        // Always true: of NaN as well.
        return select(isEqual .| !isEqual, self, Tensor.zeros(shape, type: scalarType))
    }
}
