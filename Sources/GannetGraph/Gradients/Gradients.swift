/// The gradients of a scalar with respect to some tensors, as tensors: they can be differentiated again.
///
/// - Parameters:
///   - y: A `float32` tensor with one element.
///   - xs: Tensors that `y` was built from.
/// - Returns: One tensor for each of `xs`, of its shape and type; zeros where `y` does not depend on it. What comes
///   back to a tensor that is stored in half precision is added up in `float32` and then rounded once.
public func gradients(
    of y: Tensor, withRespectTo xs: [Tensor], file: StaticString = #fileID, line: UInt = #line
) -> [Tensor] {
    if y.count != 1 {
        invalidUse(
            "gradients(of:withRespectTo:)", "only a scalar has gradients, not a tensor of shape \(y.shape)",
            file: file, line: line)
    }
    return gradients(of: [y], weightedBy: [.ones(y.shape)], withRespectTo: xs, file: file, line: line)
}

/// The gradients of Σ weight · y, that is the products of the weights with the Jacobians of `ys`.
///
/// - Returns: One tensor for each of `xs`, of its shape and type; zeros where no `y` depends on it.
public func gradients(
    of ys: [Tensor], weightedBy weights: [Tensor], withRespectTo xs: [Tensor], file: StaticString = #fileID,
    line: UInt = #line
) -> [Tensor] {
    for tensor in ys + xs where !tensor.scalarType.isFloatingPoint {
        invalidUse(
            "gradients(of:withRespectTo:)", "a tensor of \(tensor.scalarType) has no gradient", file: file,
            line: line)
    }
    let order = Node.topologicalOrder(of: ys)
    var dependent = Set(xs.map { ObjectIdentifier($0.node) })
    for node in order where node.inputs.contains(where: { dependent.contains(ObjectIdentifier($0.node)) }) {
        dependent.insert(ObjectIdentifier(node))
    }
    var cotangents: [ObjectIdentifier: Tensor] = [:]
    func accumulate(_ gradient: Tensor, for node: Node) {
        let key = ObjectIdentifier(node)
        cotangents[key] = cotangents[key].map { $0 + gradient } ?? gradient
    }
    /// What has come back to a node, in its own type.
    func cotangent(of node: Node) -> Tensor? {
        cotangents[ObjectIdentifier(node)]?.cast(to: node.scalarType)
    }
    for (y, weight) in zip(ys, weights) {
        if weight.shape != y.shape {
            invalidUse(
                "gradients(of:weightedBy:)", "a weight of shape \(weight.shape) for a tensor of \(y.shape)",
                file: file, line: line)
        }
        accumulate(weight, for: y.node)
    }
    // The results of a loop come back together.
    var loopCotangents: [ObjectIdentifier: [Loop.Result: Tensor]] = [:]
    for node in order.reversed() where dependent.contains(ObjectIdentifier(node)) {
        let inputs = node.inputs
        let needed = inputs.map { dependent.contains(ObjectIdentifier($0.node)) }
        guard needed.contains(true) else { continue }
        let pullback: [Tensor?]
        switch node.operation {
        case .loopResult(let result):
            guard let cotangent = cotangent(of: node) else { continue }
            loopCotangents[ObjectIdentifier(inputs[0].node), default: [:]][result] = cotangent
            continue
        case .loop(let loop):
            guard let results = loopCotangents[ObjectIdentifier(node)] else { continue }
            pullback = node.loopPullback(loop, of: results, needed: needed)
        default:
            guard let cotangent = cotangent(of: node) else { continue }
            pullback = node.pullback(of: cotangent, needed: needed)
        }
        for (index, gradient) in pullback.enumerated() {
            if let gradient, needed[index] { accumulate(gradient, for: inputs[index].node) }
        }
    }
    return xs.map { cotangent(of: $0.node) ?? .zeros($0.shape, type: $0.scalarType) }
}

extension Node {
    /// All nodes that `roots` are built from, each after its operands; found without recursion.
    public static func topologicalOrder(of roots: [Tensor]) -> [Node] {
        var order: [Node] = []
        var visited = Set<ObjectIdentifier>()
        var stack: [(node: Node, next: Int)] = []
        for root in roots where visited.insert(ObjectIdentifier(root.node)).inserted {
            stack.append((root.node, 0))
            while let (node, next) = stack.last {
                let inputs = node.inputs
                if next == inputs.count {
                    order.append(node)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next = next + 1
                let input = inputs[next].node
                if visited.insert(ObjectIdentifier(input)).inserted { stack.append((input, 0)) }
            }
        }
        return order
    }
}

extension Tensor {
    /// The tensor itself, with no gradient.
    public func stoppingGradient() -> Tensor {
        Node.make(.stopGradient, [self], name: "stoppingGradient()", file: #fileID, line: #line)
    }

    /// `value` with a gradient of your own for the tensors it was made of.
    ///
    /// - Parameters:
    ///   - inputs: The tensors that receive a gradient.
    ///   - value: What was computed of them, in any way.
    ///   - pullback: Takes the gradient of the result; gives one for each input, of its shape, or nil.
    public static func withGradient(
        of inputs: [Tensor], value: Tensor, file: StaticString = #fileID, line: UInt = #line,
        pullback: @escaping @Sendable (Tensor) -> [Tensor?]
    ) -> Tensor {
        let name = "withGradient(of:value:)"
        let shapes = inputs.map(\.shape)
        let custom = CustomGradient { gradient in
            let gradients = pullback(gradient)
            if gradients.count != shapes.count {
                invalidUse(
                    name, "\(gradients.count) gradients for \(shapes.count) inputs", file: file, line: line)
            }
            for case (let gradient?, let shape) in zip(gradients, shapes) where gradient.shape != shape {
                invalidUse(
                    name, "a gradient of \(gradient.shape) for an input of \(shape)", file: file, line: line)
            }
            return gradients
        }
        return Node.make(.customGradient(custom), [value] + inputs, name: name, file: file, line: line)
    }
}
