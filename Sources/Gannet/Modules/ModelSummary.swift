import GannetGraph

/// What a model is made of: one row for each call of a layer, with its path, its output's shape, its parameters and its
/// multiply-adds.
///
/// ```swift
/// print(model.summary(for: [1, 28, 28, 1]))
/// ```
public struct ModelSummary: Sendable {
    /// One call of a layer.
    public struct Row: Sendable, Hashable {
        /// The layer's path, as in the paths of its parameters; empty where it has neither parameters nor a place in a
        /// ``Sequential``.
        public var path: String
        /// The layer's type.
        public var type: String
        /// The shape of its output.
        public var outputShape: Shape
        /// The number of its trainable numbers.
        public var parameterCount: Int
        /// The products that are added up in the call; see ``ModelSummary/multiplyAdds``.
        public var multiplyAdds: Int
        /// Whether an earlier row has these parameters already.
        public var isRepeated: Bool
    }

    /// The calls in their order.
    public private(set) var rows: [Row] = []
    /// The number of trainable numbers of the model.
    public let parameterCount: Int
    /// How many of those are frozen; see ``Module/freeze(where:)``.
    public let frozenCount: Int
    /// How many numbers are in buffers.
    public let bufferCount: Int
    /// The products that matrix products and convolutions of the whole model add up, once through it.
    public private(set) var multiplyAdds = 0

    /// Runs a model on an example, which computes nothing.
    init(of model: some Module, running body: () -> [Tensor]) {
        let parameters = model.parameters
        func count(_ parameters: [NamedParameter]) -> Int {
            parameters.reduce(0) { $0 + $1.parameter.shape.count }
        }
        parameterCount = count(parameters)
        frozenCount = count(parameters.filter(\.parameter.isFrozen))
        bufferCount = count(model.buffers)
        let trace = LayerTrace()
        let results = trace.recording(body)
        let paths = LayerPaths(of: model)
        var counted = Set<ObjectIdentifier>()
        var seen = Set<ObjectIdentifier>()
        for call in trace.calls {
            let nodes = Self.nodes(of: call.output, after: call.input)
                .filter { counted.insert(ObjectIdentifier($0)).inserted }
            let trainable = call.parameters.filter(\.isTrainable)
            let isNew = trainable.map { seen.insert(ObjectIdentifier($0)).inserted }
            rows.append(
                Row(
                    path: paths.path(of: call), type: call.type, outputShape: call.output.shape,
                    parameterCount: trainable.reduce(0) { $0 + $1.shape.count },
                    multiplyAdds: nodes.reduce(0) { $0 + $1.multiplyAdds },
                    isRepeated: !isNew.isEmpty && !isNew.contains(true)))
        }
        multiplyAdds = Node.topologicalOrder(of: results).reduce(0) { $0 + $1.multiplyAdds }
    }

    /// The nodes that `output` is computed by from `input` on.
    private static func nodes(of output: Tensor, after input: Tensor) -> [Node] {
        var visited: Set<ObjectIdentifier> = [ObjectIdentifier(input.node)]
        var found: [Node] = []
        var stack = [output.node]
        while let node = stack.popLast() {
            guard visited.insert(ObjectIdentifier(node)).inserted else { continue }
            found.append(node)
            stack.append(contentsOf: node.inputs.map(\.node))
        }
        return found
    }
}

extension ModelSummary: CustomStringConvertible {
    /// A table, with a line for what no row has, and the sums.
    public var description: String {
        var table = TextTable([.left, .left, .left, .right, .right])
        table.append(["path", "layer", "output", "parameters", "multiply-adds"])
        for row in rows {
            table.append([
                row.path, row.type, row.outputShape.description,
                row.isRepeated ? "shared" : row.parameterCount.grouped, row.multiplyAdds.grouped,
            ])
        }
        let own = rows.reduce(into: (parameters: 0, products: 0)) { sums, row in
            sums.parameters += row.isRepeated ? 0 : row.parameterCount
            sums.products += row.multiplyAdds
        }
        if own != (parameterCount, multiplyAdds) {
            table.append([
                "elsewhere", "", "", max(parameterCount - own.parameters, 0).grouped,
                max(multiplyAdds - own.products, 0).grouped,
            ])
        }
        table.append(["total", "", "", parameterCount.grouped, multiplyAdds.grouped])
        var lines = table.lines
        if frozenCount > 0 { lines.append("frozen parameters: \(frozenCount.grouped)") }
        if bufferCount > 0 { lines.append("numbers in buffers: \(bufferCount.grouped)") }
        return lines.joined(separator: "\n")
    }
}

extension Module {
    /// One line a parameter, with path, shape and count, and a last one with the sum.
    public var summary: String {
        var table = TextTable([.left, .left, .right])
        for (path, parameter) in parameters {
            table.append([path, parameter.shape.description, String(parameter.shape.count)])
        }
        table.append(["total", "", String(parameterCount)])
        return table.lines.joined(separator: "\n")
    }

    /// The layers that `body` calls of this module, and the products that its results take. Nothing is computed.
    ///
    /// ```swift
    /// let summary = unet.summary { unet(.zeros([1, 32, 32, 3]), .zeros([1])) }
    /// ```
    public func summary(running body: () -> Tensor) -> ModelSummary {
        ModelSummary(of: self) { [body()] }
    }
}

extension Layer {
    /// The layers that this one calls for an input of a shape, and the products that it takes. Nothing is computed.
    public func summary(for shape: Shape, type: ScalarType = .float32) -> ModelSummary {
        ModelSummary(of: self) { [self(.zeros(shape, type: type))] }
    }
}
