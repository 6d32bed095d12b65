import GannetGraph

/// Rewrites a graph into a smaller one that computes the same bits: constants folded, common subexpressions
/// merged, movements joined, and only such algebra as is exact in floating point. (A convolution that becomes a matrix
/// product sums the same products, in an order that is the backend's for either.)
public struct Simplifier {
    private var rewritten: [ObjectIdentifier: Tensor] = [:]
    private var known: [[Int]: Tensor] = [:]
    private var numbers: [ObjectIdentifier: Int] = [:]

    /// The simplified graph of `roots`. Leaves stay the nodes they are.
    public static func simplify(_ roots: [Tensor]) -> [Tensor] {
        var simplifier = Simplifier()
        for node in Node.topologicalOrder(of: roots) {
            let inputs = node.inputs.map { simplifier.rewritten[ObjectIdentifier($0.node)]! }
            simplifier.rewritten[ObjectIdentifier(node)] = simplifier.rewrite(node, inputs)
        }
        return roots.map { simplifier.rewritten[ObjectIdentifier($0.node)]! }
    }

    private mutating func rewrite(_ node: Node, _ inputs: [Tensor]) -> Tensor {
        switch node.operation {
        case .leaf, .placeholder: return unique(node)
        case .stopGradient, .customGradient: return inputs[0]
        default: break
        }
        if let movement = rewriteMovement(node, inputs) { return movement }
        if let folded = foldConstants(node, inputs) { return uniform(folded, shape: node.shape) }
        if let simpler = rewriteAlgebra(node, inputs) { return simpler }
        if let product = rewriteConvolution(node, inputs) { return product }
        return unique(Node(node.operation, inputs, shape: node.shape, scalarType: node.scalarType))
    }

    /// The one node that computes what `node` does.
    mutating func unique(_ node: Node) -> Tensor {
        var key: [Int] = []
        if node.isInput {
            key = [-1, numbers.count]
        } else {
            node.encode(into: &key) { self.numbers[ObjectIdentifier($0)]! }
        }
        if let existing = known[key] { return existing }
        let tensor = Tensor(node)
        known[key] = tensor
        numbers[ObjectIdentifier(node)] = numbers.count
        return tensor
    }

    /// A tensor of one value: a literal, given axes, stretched.
    mutating func uniform(_ value: Literal, shape: Shape) -> Tensor {
        let scalar = unique(Node(.literal(value), [], shape: [], scalarType: value.type))
        if shape.rank == 0 { return scalar }
        let ones = Shape([Int](repeating: 1, count: shape.rank))
        let axes = unique(Node(.reshape, [scalar], shape: ones, scalarType: value.type))
        if shape == ones { return axes }
        return unique(Node(.broadcast, [axes], shape: shape, scalarType: value.type))
    }

    private mutating func rewriteMovement(_ node: Node, _ inputs: [Tensor]) -> Tensor? {
        guard let input = inputs.first else { return nil }
        switch node.operation {
        case .reshape, .broadcast, .permute, .slice:
            if let value = input.uniformValue { return uniform(value, shape: node.shape) }
            if case .slice(let starts, let strides) = node.operation {
                let isWhole = starts.allSatisfy { $0 == 0 } && strides.allSatisfy { $0 == 1 }
                return isWhole && node.shape == input.shape ? input : nil
            }
        case .pad(let low, let high, let value):
            if input.uniformValue == value { return uniform(value, shape: node.shape) }
            return (low + high).allSatisfy { $0 == 0 } ? input : nil
        case .concatenate: return inputs.count == 1 ? input : nil
        default: return nil
        }
        switch (node.operation, input.node.operation) {
        case (.reshape, _) where node.shape == input.shape, (.broadcast, _) where node.shape == input.shape:
            return input
        case (.reshape, .reshape):
            let source = input.node.inputs[0]
            if source.shape == node.shape { return source }
            return unique(Node(.reshape, [source], shape: node.shape, scalarType: node.scalarType))
        case (.broadcast, .broadcast):
            return unique(
                Node(.broadcast, [input.node.inputs[0]], shape: node.shape, scalarType: node.scalarType))
        case (.permute(let outer), .permute(let inner)):
            let order = outer.map { inner[$0] }
            let source = input.node.inputs[0]
            if order == Array(order.indices) { return source }
            return unique(
                Node(.permute(order: order), [source], shape: node.shape, scalarType: node.scalarType))
        default: return nil
        }
    }

    /// Only operations that every backend rounds in the same way are folded.
    private func foldConstants(_ node: Node, _ inputs: [Tensor]) -> Literal? {
        guard !inputs.isEmpty else { return nil }
        var values: [Literal] = []
        for input in inputs {
            guard let value = input.uniformValue else { return nil }
            values.append(value)
        }
        switch node.operation {
        case .unary(.negate) where node.scalarType == .float32: return (-values[0].floatValue).literal
        case .unary(.squareRoot): return values[0].floatValue.squareRoot().literal
        case .binary(let function) where values[0].type == .float32:
            let (x, y) = (values[0].floatValue, values[1].floatValue)
            switch function {
            case .add: return (x + y).literal
            case .subtract: return (x - y).literal
            case .multiply: return (x * y).literal
            case .divide: return (x / y).literal
            case .equal: return (x == y).literal
            case .less: return (x < y).literal
            case .lessOrEqual: return (x <= y).literal
            default: return nil
            }
        case .select: return values[0].bits != 0 ? values[1] : values[2]
        case .cast(let type):
            // Integers beyond 2²⁴ round once from Double to Float, as a cast does.
            return Literal(values[0].doubleValue, type: type)
        default: return nil
        }
    }

    private mutating func rewriteAlgebra(_ node: Node, _ inputs: [Tensor]) -> Tensor? {
        switch node.operation {
        case .unary(.negate):
            if case .unary(.negate) = inputs[0].node.operation { return inputs[0].node.inputs[0] }
        case .cast(let type) where inputs[0].scalarType == type: return inputs[0]
        case .cast(let type) where type.isStorageOnly:
            // What was widened is rounded to what it was.
            if case .cast = inputs[0].node.operation, inputs[0].node.inputs[0].scalarType == type {
                return inputs[0].node.inputs[0]
            }
        case .binary(let function):
            let (x, y) = (inputs[0].uniformValue, inputs[1].uniformValue)
            let one = Literal(1, type: inputs[0].scalarType)
            let zero = Literal(0, type: inputs[0].scalarType)
            let negativeZero = (-Float.zero).literal
            let isFloat = inputs[0].scalarType == .float32
            switch function {
            case .multiply:
                if y == one { return inputs[0] }
                if x == one { return inputs[1] }
            case .divide where y == one: return inputs[0]
            // x − 0 is x for every x; x + 0 is not for x = −0, but x + (−0) is.
            case .subtract where y == zero: return inputs[0]
            case .add:
                if y == (isFloat ? negativeZero : zero) { return inputs[0] }
                if x == (isFloat ? negativeZero : zero) { return inputs[1] }
            default: break
            }
        case .select:
            if inputs[1] == inputs[2] { return inputs[1] }
            if let condition = inputs[0].uniformValue { return condition.bits != 0 ? inputs[1] : inputs[2] }
        case .reduce(_, let axes) where axes.allSatisfy({ inputs[0].shape[$0] == 1 }):
            return reshape(inputs[0], to: node.shape)
        case .reduce: return rewriteShortSum(node, inputs[0])
        default: break
        }
        return nil
    }

    mutating func reshape(_ tensor: Tensor, to shape: Shape) -> Tensor {
        let node = Node(.reshape, [tensor], shape: shape, scalarType: tensor.scalarType)
        return rewriteMovement(node, [tensor]) ?? unique(node)
    }
}

extension Tensor {
    /// The value of every element, where that is known from the structure alone: a literal, moved.
    var uniformValue: Literal? {
        var node = node
        while true {
            switch node.operation {
            case .literal(let value): return value
            case .reshape, .broadcast: node = node.inputs[0].node
            default: return nil
            }
        }
    }
}
