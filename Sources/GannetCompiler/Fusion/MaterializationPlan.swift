import GannetGraph

/// Which nodes get values of their own, computed once, instead of being computed again by whatever reads them.
struct MaterializationPlan {
    /// The nodes in topological order.
    let order: [Node]
    /// Nodes whose value a kernel defines; it is stored only if another kernel reads it.
    private(set) var values = Set<ObjectIdentifier>()
    /// For each root the node whose row-major elements are the root's.
    private(set) var rootBases: [Node] = []

    /// About the time of one element, in additions; of a node and what is computed with it.
    private var costs: [ObjectIdentifier: Int] = [:]
    /// The instructions that computing a node where it is needed takes.
    private var sizes: [ObjectIdentifier: Int] = [:]

    /// Nodes that are computed from leaves alone, in expressions where they are needed.
    private var readsLeavesOnly = Set<ObjectIdentifier>()
    /// The stored values, about as large as the node or larger, that computing a node where it is needed reads; of several,
    /// two.
    private var sources: [ObjectIdentifier: Set<ObjectIdentifier>] = [:]

    /// Expressions longer than this are cut by giving a node in them a value.
    private static let longestExpression = 128
    /// An expression dearer than this is not computed again for each place that a broadcast copies it to.
    private static let dearestRepetition = 4
    /// A value that is read more than once is computed again all the same where it is this cheap and made of leaves.
    private static let cheapFromLeaves = 2
    /// A value that is made of one stored value, element by element, is computed again by each kernel that reads it if it
    /// is this cheap: a function such as a sigmoid takes less time than writing its result to memory and reading it again.
    /// What two operands share counts twice: a sigmoid is 49.
    private static let cheapFromOneSource = 64

    init(roots: [Tensor]) {
        order = Node.topologicalOrder(of: roots)
        rootBases = roots.map { root in
            var node = root.node
            while case .reshape = node.operation { node = node.inputs[0].node }
            return node
        }
        for base in rootBases { values.insert(ObjectIdentifier(base)) }
        let uses = countUses()
        for node in order { decide(node, uses: uses[ObjectIdentifier(node)] ?? 0) }
    }

    func isValue(_ node: Node) -> Bool { values.contains(ObjectIdentifier(node)) }

    /// How many computations read a node, directly or through movements, or as it is widened to `float32`: what is
    /// stored then is the narrow value.
    private func countUses() -> [ObjectIdentifier: Int] {
        var uses: [ObjectIdentifier: Int] = [:]
        for base in rootBases { uses[ObjectIdentifier(base), default: 0] += 1 }
        for node in order.reversed() {
            let isTransparent = (node.movement != nil || node.isWidening) && !isValue(node)
            let passedOn = isTransparent ? uses[ObjectIdentifier(node)] ?? 0 : 1
            for input in node.inputs { uses[ObjectIdentifier(input.node), default: 0] += passedOn }
        }
        return uses
    }

    private mutating func decide(_ node: Node, uses: Int) {
        let key = ObjectIdentifier(node)
        var cost = node.ownCost
        var size = 1
        for input in node.inputs where !isValue(input.node) {
            cost += costs[ObjectIdentifier(input.node)] ?? 0
            size += sizes[ObjectIdentifier(input.node)] ?? 0
        }
        if !node.isHead,
            node.inputs.allSatisfy({
                !isValue($0.node) && readsLeavesOnly.contains(ObjectIdentifier($0.node))
            })
        {
            readsLeavesOnly.insert(key)
        }
        let sources = sources(of: node)
        self.sources[key] = sources
        switch node.operation {
        case _ where node.isHead: values.insert(key)
        case .loopResult: values.insert(key)
        case .leaf, .placeholder, .literal, .index, .loop: break
        default:
            let isCheap =
                cost == 0 || (cost <= Self.cheapFromLeaves && readsLeavesOnly.contains(key))
                || (cost <= Self.cheapFromOneSource && sources.count == 1 && !node.isRandom)
            let isRepeated =
                uses > 1 && !isCheap && !node.isWidening && (node.isElementwise || node.isRandom)
            if size > Self.longestExpression || isRepeated { values.insert(key) }
        }
        switch node.operation {
        case .broadcast where cost > Self.dearestRepetition && node.shape.count > node.inputs[0].shape.count:
            materialize(node.inputs[0])
        case .matrixProduct:
            for input in node.inputs where MatrixView(of: input, values: values) == nil { requireBase(input) }
        case .reduce:
            // Better one value that joins the kernel of those it is made of than all of these, stored and read.
            if alignedValues(of: node.inputs[0]) > 1 { materialize(node.inputs[0]) }
        case .scatterAdd, .cumulative, .sortingOrder, .convolution, .convolutionInputGradient,
            .convolutionFilterGradient,
            .noiseStep,
            .loop:
            for input in node.inputs { materialize(input) }
        case .gather, .randomBits: materialize(node.inputs[0])
        default: break
        }
        costs[key] = cost
        sizes[key] = size
    }

    private func sources(of node: Node) -> Set<ObjectIdentifier> {
        var found = Set<ObjectIdentifier>()
        for input in node.inputs {
            let key = ObjectIdentifier(input.node)
            if !isValue(input.node), !input.node.isInput {
                found.formUnion(sources[key] ?? [])
            } else if 2 * input.shape.count >= node.shape.count {
                found.insert(key)
            }
        }
        return found.count > 2 ? Set(found.prefix(2)) : found
    }

    /// How many values `tensor` is computed from, element by element.
    private func alignedValues(of tensor: Tensor) -> Int {
        var found = Set<ObjectIdentifier>()
        var visited = Set<ObjectIdentifier>()
        var stack = [tensor.node]
        while let node = stack.popLast() {
            guard visited.insert(ObjectIdentifier(node)).inserted else { continue }
            if isValue(node) {
                found.insert(ObjectIdentifier(node))
                continue
            }
            switch node.operation {
            case .unary, .binary, .select, .cast, .reshape: stack += node.inputs.map(\.node)
            default: break
            }
        }
        return found.count
    }

    /// Gives a value to the node whose row-major elements are those of `tensor`.
    private mutating func materialize(_ tensor: Tensor) {
        var node = tensor.node
        while case .reshape = node.operation { node = node.inputs[0].node }
        if node.isInput { return }
        values.insert(ObjectIdentifier(node))
    }

    /// Gives values so that a matrix product can read `tensor`: to what it is a strided view of, or to itself.
    private mutating func requireBase(_ tensor: Tensor) {
        var node = tensor.node
        while node.movement != nil, !isValue(node) { node = node.inputs[0].node }
        if !node.isInput { values.insert(ObjectIdentifier(node)) }
        if MatrixView(of: tensor, values: values) == nil {
            materialize(tensor)
        }
    }
}

extension Node {
    var isRandom: Bool { if case .randomBits = operation { true } else { false } }

    /// Whether the node gives what is stored in half precision to arithmetic, which costs no more than reading it.
    var isWidening: Bool {
        if case .cast = operation { inputs[0].scalarType.isStorageOnly } else { false }
    }

    /// About the time of one element, in additions.
    fileprivate var ownCost: Int {
        switch operation {
        case .unary(.exponential), .unary(.logarithm), .unary(.sine), .unary(.cosine),
            .unary(.hyperbolicTangent),
            .unary(.errorFunction), .unary(.normalQuantile):
            16
        case .unary(.squareRoot), .binary(.divide), .binary(.remainder), .gather: 6
        case .randomBits: 24
        case .unary, .binary, .select, .cast: 1
        default: 0
        }
    }
}

/// An operand of a matrix product as strides over a stored value.
struct MatrixView {
    /// The node whose value is read, a leaf or one that has a value.
    let base: Node
    let offset: Int
    let batchStride: Int
    let rowStride: Int
    let columnStride: Int

    /// The operand's last two axes as strides, and all before as one; nil where strides cannot say it.
    init?(of tensor: Tensor, values: Set<ObjectIdentifier>) {
        var movements: [Movement] = []
        var node = tensor.node
        while !values.contains(ObjectIdentifier(node)) {
            if node.isInput { break }
            guard let movement = node.movement else { return nil }
            movements.append(movement)
            node = node.inputs[0].node
        }
        let (rows, columns) = (tensor.shape[-2], tensor.shape[-1])
        let batch = tensor.shape.extents.dropLast(2).reduce(1, *)
        var view = View(contiguous: node.shape.extents)
        for movement in movements.reversed() { view = view.applying(movement) }
        view = view.applying(.reshape([batch, rows, columns]))
        guard view.stages.count == 1, !view.isBounded else { return nil }
        base = node
        offset = view.outer.offset
        batchStride = view.outer.strides[0]
        rowStride = view.outer.strides[1]
        columnStride = view.outer.strides[2]
    }
}
