import GannetGraph

/// Writes the expression of a kernel: follows operands back to stored values, folding movements into views.
struct ExpressionBuilder {
    /// A stored value that a kernel reads.
    enum Source: Hashable {
        /// The program's input of this number.
        case leaf(Int)
        /// The value of this node, which another kernel has stored.
        case value(ObjectIdentifier)
    }

    /// What the builder must know of the program around.
    struct Context {
        /// The numbers of the leaves.
        var leafNumbers: [ObjectIdentifier: Int]
        /// Which nodes have values of their own.
        var plan: MaterializationPlan
        /// What kernels must respect.
        var limits: BackendLimits
    }

    /// The expression so far.
    private(set) var expression = Expression()
    /// The kernel's inputs, shared by all expressions of the kernel.
    private(set) var sources: [Source]
    private(set) var sourceTypes: [ScalarType]

    private let context: Context
    private let shape: [Int]
    private var paths = MovementPathTable()
    private var known: [Expression.Instruction: Int] = [:]
    private var values: [Request: Int] = [:]
    /// The values that this kernel itself computes, at the index it is at.
    private var own: [ObjectIdentifier: Int] = [:]

    private struct Request: Hashable {
        var node: ObjectIdentifier
        var path: Int
    }

    /// Starts an expression over the index space `shape`, in a kernel that reads `sources` already.
    init(_ context: Context, shape: [Int], sources: [Source] = [], sourceTypes: [ScalarType] = []) {
        self.context = context
        self.shape = shape
        self.sources = sources
        self.sourceTypes = sourceTypes
    }

    /// Takes the value of the kernel's head from its accumulator.
    mutating func accumulate(_ head: Node) {
        own[ObjectIdentifier(head)] = append(.accumulator, head.scalarType)
    }

    /// Computes a value that this kernel defines; returns its number.
    mutating func define(_ node: Node) -> Int {
        let path = node.shape.extents == shape ? nil : paths.path(.reshape(shape), then: nil)
        let value = compute(node, path)
        own[ObjectIdentifier(node)] = value
        return value
    }

    /// Computes what a reduction reduces, as the last value: nothing can follow what all else leads to.
    mutating func evaluate(_ tensor: Tensor) { _ = value(of: tensor.node, nil) }

    /// The number of a value that this kernel defines.
    func number(of node: Node) -> Int { own[ObjectIdentifier(node)]! }

    mutating func store(_ value: Int, output: Int) {
        expression.stores.append(Expression.Store(value: value, output: output))
    }

    /// The number by which the kernel knows one of its inputs.
    mutating func input(_ source: Source, type: ScalarType) -> Int {
        if let index = sources.firstIndex(of: source) { return index }
        return operand(source, type: type)
    }

    /// An input of the kernel's own, even where it has the same source as another.
    mutating func operand(_ source: Source, type: ScalarType) -> Int {
        sources.append(source)
        sourceTypes.append(type)
        return sources.count - 1
    }

    private mutating func append(_ instruction: Expression.Instruction, _ type: ScalarType) -> Int {
        if let existing = known[instruction] { return existing }
        let value = expression.append(instruction, type: type)
        known[instruction] = value
        return value
    }

    /// The value of `node` at the place that `path` leads to.
    private mutating func value(of node: Node, _ path: MovementPath?) -> Int {
        if path?.isReshape ?? true, let value = own[ObjectIdentifier(node)] { return value }
        let request = Request(node: ObjectIdentifier(node), path: path?.number ?? -1)
        if let value = values[request] { return value }
        let value: Int
        if context.plan.isValue(node) {
            value = load(.value(ObjectIdentifier(node)), of: node, path)
        } else {
            value = compute(node, path)
        }
        values[request] = value
        return value
    }

    private mutating func load(_ source: Source, of node: Node, _ path: MovementPath?) -> Int {
        let view = MovementPath.apply(path, to: View(contiguous: node.shape.extents))
        let index = input(source, type: node.scalarType)
        return append(.load(input: index, view: view), node.scalarType)
    }

    private mutating func compute(_ node: Node, _ path: MovementPath?) -> Int {
        let inputs = node.inputs
        let type = node.scalarType
        if let literal = Tensor(node).uniformValue { return append(.literal(literal), type) }
        switch node.operation {
        case .leaf, .placeholder:
            return load(.leaf(context.leafNumbers[ObjectIdentifier(node)]!), of: node, path)
        case .literal(let literal): return append(.literal(literal), type)
        case .index(let axis):
            var strides = [Int](repeating: 0, count: node.shape.rank)
            strides[axis] = 1
            let view = View(stages: [View.Stage(shape: node.shape.extents, strides: strides)])
            return append(.position(view: MovementPath.apply(path, to: view)), type)
        case .randomBits:
            let key = source(of: inputs[0])
            let view = MovementPath.apply(path, to: View(contiguous: node.shape.extents))
            return append(.randomBits(key: input(key, type: .uint32), view: view), type)
        case .unary(let function):
            return append(.unary(function, value(of: inputs[0].node, path)), type)
        case .binary(let function):
            let x = value(of: inputs[0].node, path)
            return append(.binary(function, x, value(of: inputs[1].node, path)), type)
        case .select:
            let condition = value(of: inputs[0].node, path)
            let x = value(of: inputs[1].node, path)
            return append(.select(condition, x, value(of: inputs[2].node, path)), type)
        case .cast(let target):
            return append(.cast(value(of: inputs[0].node, path), target), type)
        case .reshape, .permute, .broadcast, .slice:
            return value(of: inputs[0].node, paths.path(node.movement!, then: path))
        case .pad(_, _, let fill):
            let inner = paths.path(node.movement!, then: path)
            return filled(value(of: inputs[0].node, inner), of: inputs[0], inner, else: .literal(fill))
        case .concatenate:
            var result: Int?
            for (input, movement) in zip(inputs, node.concatenationMovements) {
                let inner = paths.path(movement, then: path)
                let part = value(of: input.node, inner)
                result = result.map { select(part, of: input, inner, else: $0) } ?? part
            }
            return result!
        case .gather: return gather(node, path)
        case .stopGradient, .customGradient: return value(of: inputs[0].node, path)
        case .reduce, .cumulative, .sortingOrder, .matrixProduct, .scatterAdd, .convolution,
            .convolutionInputGradient,
            .convolutionFilterGradient, .noiseStep, .loop, .loopResult:
            fatalError("Gannet: a contraction or reduction has no value of its own in \(expression)")
        }
    }

    /// `value` inside the view of `tensor` along `path`, the literal in its padding.
    private mutating func filled(
        _ value: Int, of tensor: Tensor, _ path: MovementPath, else fill: Expression.Instruction
    ) -> Int {
        // A load gives 0 in padding by itself.
        if case .load = expression.instructions[value], case .literal(let literal) = fill, literal.bits == 0 {
            return value
        }
        return select(value, of: tensor, path, else: append(fill, tensor.scalarType))
    }

    private mutating func select(_ value: Int, of tensor: Tensor, _ path: MovementPath, else other: Int)
        -> Int
    {
        let view = MovementPath.apply(path, to: View(contiguous: tensor.shape.extents))
        let isInside = append(.isInBounds(view: view), .bool)
        return append(.select(isInside, value, other), tensor.scalarType)
    }

    private mutating func gather(_ node: Node, _ path: MovementPath?) -> Int {
        let (table, indices) = (node.inputs[0], node.inputs[1])
        let rest = Array(table.shape.extents.dropFirst())
        let rowStride = rest.reduce(1, *)
        // The index depends on the first axis only, the place in the row on the others.
        let column = [indices.count] + rest.map { _ in 1 }
        let stretch = paths.path(.broadcast(node.shape.extents), then: path)
        let row = value(of: indices.node, paths.path(.reshape(column), then: stretch))
        let view = View(stages: [
            View.Stage(shape: node.shape.extents, strides: [0] + Shape(rest).contiguousStrides)
        ])
        let index = input(source(of: table), type: table.scalarType)
        return append(
            .gather(
                input: index, index: row, rows: table.shape[0], rowStride: rowStride,
                view: MovementPath.apply(path, to: view)), node.scalarType)
    }

    /// The stored value whose row-major elements are those of `tensor`.
    func source(of tensor: Tensor) -> Source {
        var node = tensor.node
        while !context.plan.isValue(node), case .reshape = node.operation { node = node.inputs[0].node }
        if context.plan.isValue(node) { return .value(ObjectIdentifier(node)) }
        return .leaf(context.leafNumbers[ObjectIdentifier(node)]!)
    }
}
