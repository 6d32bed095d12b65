import GannetCompiler
import GannetGraph

/// Computes graphs one node at a time, and finds what made the first value that is NaN or infinite.
///
/// It is slow, and meant for the one step in which something went wrong: nothing is fused, so every node has a value
/// that can be looked at. Of each value only what kind of numbers are in it is kept.
struct NonFiniteSearch {
    /// Where values that are not finite come from.
    struct Finding {
        /// The node that made them.
        let node: Node
        /// Whether there is a NaN among them.
        let isNaN: Bool
        /// Whether the node made them of finite values alone.
        let hasFiniteInputs: Bool
    }

    /// What numbers are in a value.
    private struct Kinds {
        var hasNaN = false
        var hasInfinity = false
        var isFinite: Bool { !hasNaN && !hasInfinity }
    }

    private let evaluator: Evaluator

    /// Creates a search that computes on a backend.
    ///
    /// The programs of single nodes stay in a cache of their own, which ends with the search.
    init(on backend: any Backend) { evaluator = Evaluator(backend, options: DebugOptions()) }

    /// What made values of `roots` that are not finite; nil where all are finite.
    func finding(in roots: [Tensor]) throws(DeviceError) -> Finding? {
        let order = Node.topologicalOrder(of: roots)
        var uses: [ObjectIdentifier: Int] = [:]
        for input in order.flatMap(Self.operands) + roots {
            uses[ObjectIdentifier(input.node), default: 0] += 1
        }
        var values: [ObjectIdentifier: Tensor] = [:]
        var kinds: [ObjectIdentifier: Kinds] = [:]
        for node in order {
            // A loop has no value itself; its results run it.
            if case .loop = node.operation { continue }
            let value = try value(of: node) { values[ObjectIdentifier($0.node)]! }
            kinds[ObjectIdentifier(node)] = try self.kinds(of: value)
            values[ObjectIdentifier(node)] = value
            for input in Self.operands(node) {
                let key = ObjectIdentifier(input.node)
                uses[key]! -= 1
                if uses[key] == 0 { values[key] = nil }
            }
        }
        guard let root = roots.first(where: { !kinds[ObjectIdentifier($0.node)]!.isFinite })?.node else {
            return nil
        }
        return Self.origin(of: root, kinds)
    }

    /// What a node takes: of a result of a loop, what the loop takes.
    private static func operands(_ node: Node) -> [Tensor] {
        switch node.operation {
        case .loop: []
        case .loopResult: node.inputs[0].node.inputs
        default: node.inputs
        }
    }

    /// The value of a node as a leaf, from those of its operands.
    private func value(of node: Node, operand: (Tensor) -> Tensor) throws(DeviceError) -> Tensor {
        if case .leaf = node.operation { return Tensor(node) }
        var operands = Self.operands(node).map(operand)
        if case .loopResult = node.operation {
            let loop = node.inputs[0].node
            operands = [
                Tensor(Node(loop.operation, operands, shape: loop.shape, scalarType: loop.scalarType))
            ]
        }
        let tensor = Tensor(Node(node.operation, operands, shape: node.shape, scalarType: node.scalarType))
        return Tensor(try evaluator.evaluate([tensor])[0], shape: node.shape, scalarType: node.scalarType)
    }

    private func kinds(of value: Tensor) throws(DeviceError) -> Kinds {
        var kinds = Kinds()
        guard value.scalarType.isFloatingPoint else { return kinds }
        let wide = value.scalarType == .float32 ? value : value.cast(to: .float32)
        let buffer = try evaluator.evaluate([wide])[0].hostBuffer()
        withExtendedLifetime(buffer) {
            for number in UnsafeRawBufferPointer(buffer.bytes).bindMemory(to: Float.self)
            where !number.isFinite {
                if number.isNaN { kinds.hasNaN = true } else { kinds.hasInfinity = true }
            }
        }
        return kinds
    }

    /// Follows values that are not finite back to where they begin: a NaN through operands that hold one, otherwise
    /// through operands that are infinite. Infinities that were put there on purpose, as constants, are not blamed.
    private static func origin(of root: Node, _ kinds: [ObjectIdentifier: Kinds]) -> Finding {
        var node = root
        var finding: Finding?
        while true {
            let isNaN = kinds[ObjectIdentifier(node)]!.hasNaN
            let operands = Self.operands(node).map { ($0.node, kinds[ObjectIdentifier($0.node)]!) }
            if isNaN, let next = operands.first(where: { $0.1.hasNaN }) {
                node = next.0
                continue
            }
            let infinite = operands.first { !$0.1.isFinite }
            switch node.operation {
            case .literal, .pad: if let finding { return finding }
            default: break
            }
            let made = Finding(node: node, isNaN: isNaN, hasFiniteInputs: infinite == nil)
            guard let infinite else { return made }
            if isNaN || finding == nil { finding = made }
            node = infinite.0
        }
    }
}

extension NonFiniteSearch.Finding {
    /// The finding as a part of a sentence: "the first value that is not finite is …".
    ///
    /// - Parameter parameters: The model's parameters, whose names tell where in the model a node is.
    func description(_ parameters: [NamedParameter]) -> String {
        let names = Dictionary(
            parameters.map { (ObjectIdentifier($0.parameter.value.node), $0.path) },
            uniquingKeysWith: { a, _ in a })
        if case .leaf = node.operation {
            if let name = names[ObjectIdentifier(node)] {
                return "the first value that is not finite is \(name)"
            }
            return "the first value that is not finite is an input of shape \(node.shape): look at the data"
        }
        let place = Self.nearest(to: node, names).map { "near \($0), " } ?? ""
        let made =
            hasFiniteInputs ? "made from inputs that are finite" : "made from inputs that hold infinity"
        return
            "the first value that is not finite is the result of \(node.operation.name) (\(place)\(node.shape)), "
            + made
    }

    /// The layer whose parameter is the fewest operations before a node: often the one that the node belongs to.
    private static func nearest(to node: Node, _ names: [ObjectIdentifier: String]) -> String? {
        var visited: Set<ObjectIdentifier> = [ObjectIdentifier(node)]
        var level = [node]
        while !level.isEmpty {
            for node in level {
                if let path = names[ObjectIdentifier(node)] {
                    return path.split(separator: ".").dropLast().joined(separator: ".")
                }
            }
            level = level.flatMap { $0.inputs.map(\.node) }.filter {
                visited.insert(ObjectIdentifier($0)).inserted
            }
        }
        return nil
    }
}
