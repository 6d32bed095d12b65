/// Evaluates tensors in the plainest way: each primitive by itself, floating-point numbers in double precision.
///
/// This is the definition of every primitive. Backends are tested against it, and gradients by its finite
/// differences; nothing in it is meant to be fast.
///
/// Unless asked for, floating-point numbers are not rounded to `float32` anywhere; leaves and literals have the values that
/// `float32` gave them. Integers are exact and wrap.
public struct ReferenceEvaluator: Sendable {
    /// Values that stand in for the results of nodes, by the identity of the node.
    public var bindings: [ObjectIdentifier: ReferenceValue]

    /// How the result of each primitive is rounded to `float32`. The difference to the values without it tells how a
    /// graph amplifies rounding errors.
    public var float32Rounding: Float32Rounding

    /// Whether casts to `float16` and `bfloat16` leave numbers as they are. A number between two of these may fall to
    /// one side on one device and to the other on another: the difference to the values without it bounds what that
    /// does to a graph. The elements of such a tensor need not be numbers of its type then.
    public var keepsHalvesExact: Bool

    /// Creates an evaluator that takes the values of some nodes as given.
    public init(
        bindings: [ObjectIdentifier: ReferenceValue] = [:], float32Rounding: Float32Rounding = .none,
        keepsHalvesExact: Bool = false
    ) {
        self.bindings = bindings
        self.float32Rounding = float32Rounding
        self.keepsHalvesExact = keepsHalvesExact
    }

    /// Takes `value` as the value of `tensor`, which must have its shape and type, instead of computing it.
    public mutating func bind(
        _ tensor: Tensor, to value: ReferenceValue, file: StaticString = #fileID, line: UInt = #line
    ) {
        if value.shape != tensor.shape || value.scalarType != tensor.scalarType {
            invalidUse(
                "bind(_:to:)",
                "\(value.scalarType) \(value.shape) cannot stand for \(tensor.scalarType) \(tensor.shape)",
                file: file, line: line)
        }
        bindings[ObjectIdentifier(tensor.node)] = value
    }

    /// The values of `tensors`, in their order.
    ///
    /// - Throws: ``DeviceError`` when the bytes of a leaf cannot be read from the device that holds them.
    public func values(of tensors: [Tensor]) throws(DeviceError) -> [ReferenceValue] {
        var known = bindings
        var loops: [ObjectIdentifier: [Loop.Result: ReferenceValue]] = [:]
        // Operands come first; a stack of our own, because graphs are deeper than the thread's stack.
        var pending = Array(tensors.reversed())
        while let tensor = pending.last {
            let node = tensor.node
            let identity = ObjectIdentifier(node)
            if known[identity] != nil {
                pending.removeLast()
                continue
            }
            let missing = node.inputs.filter { known[ObjectIdentifier($0.node)] == nil }
            if missing.isEmpty {
                let operands = node.inputs.map { known[ObjectIdentifier($0.node)]! }
                switch node.operation {
                case .loop(let loop):
                    loops[identity] = try self.loop(loop, operands: operands)
                    known[identity] = ReferenceValue(shape: [], scalarType: .float32, elements: [.nan])
                case .loopResult(let result):
                    known[identity] = loops[ObjectIdentifier(node.inputs[0].node)]![result]!
                default: known[identity] = try value(of: node, operands: operands)
                }
                pending.removeLast()
            } else {
                pending.append(contentsOf: missing)
            }
        }
        return tensors.map { known[ObjectIdentifier($0.node)]! }
    }

    /// The value of one node, given those of its operands.
    private func value(of node: Node, operands: [ReferenceValue]) throws(DeviceError) -> ReferenceValue {
        var elements: [Double]
        switch node.operation {
        case .leaf(let storage):
            return try ReferenceValue(storage, shape: node.shape, scalarType: node.scalarType)
        case .placeholder(let number):
            invalidUse("ReferenceEvaluator", "placeholder \(number) has no value outside its loop")
        case .loop, .loopResult:
            invalidUse("ReferenceEvaluator", "a loop has no value of its own")
        case .literal(let literal):
            elements = [literal.doubleValue]
        case .index(let axis):
            elements = Self.indices(along: axis, of: node.shape)
        case .randomBits:
            elements = Self.randomBits(key: operands[0].elements, count: node.shape.count)
        case .unary(let function):
            elements = Self.apply(function, operands[0])
        case .binary(let function):
            elements = Self.apply(function, operands[0], operands[1])
        case .select:
            elements = Self.select(operands[0], operands[1], operands[2])
        case .cast(let type):
            elements = cast(operands[0], to: type)
        case .reshape, .stopGradient, .customGradient:
            elements = operands[0].elements
        case .permute(let order):
            elements = Self.permute(operands[0], order: order, shape: node.shape)
        case .broadcast:
            elements = Self.broadcast(operands[0], shape: node.shape)
        case .slice(let starts, let strides):
            elements = Self.slice(operands[0], starts: starts, strides: strides, shape: node.shape)
        case .pad(let low, _, let value):
            elements = Self.pad(operands[0], low: low, value: value.doubleValue, shape: node.shape)
        case .concatenate(let axis):
            elements = Self.concatenate(operands, axis: axis, shape: node.shape)
        case .reduce(let function, let axes):
            elements = Self.reduce(
                function, operands[0], axes: axes, shape: node.shape, rounding: float32Rounding)
        case .cumulative(let function, let axis, let isReversed):
            elements = Self.cumulate(
                function, operands[0], axis: axis, isReversed: isReversed, rounding: float32Rounding)
        case .sortingOrder(let isDescending):
            elements = Self.sortingOrder(operands[0], isDescending: isDescending)
        case .matrixProduct(let transposeA, let transposeB):
            elements = Self.matrixProduct(
                operands[0], operands[1], transposeA: transposeA, transposeB: transposeB, shape: node.shape,
                rounding: float32Rounding)
        case .convolution(let geometry):
            elements = Self.convolution(
                geometry, operands[0], operands[1], shape: node.shape, rounding: float32Rounding)
        case .convolutionInputGradient(let geometry, _, _):
            elements = Self.convolutionInputGradient(
                geometry, operands[0], operands[1], shape: node.shape, rounding: float32Rounding)
        case .convolutionFilterGradient(let geometry, _, _):
            elements = Self.convolutionFilterGradient(
                geometry, operands[0], operands[1], shape: node.shape, rounding: float32Rounding)
        case .noiseStep(let step):
            elements = Self.noiseStep(step, operands, rounding: float32Rounding)
        case .gather:
            elements = Self.gather(operands[0], at: operands[1])
        case .scatterAdd(let rows):
            elements = Self.scatterAdd(
                operands[1], at: operands[0], rows: rows, shape: node.shape, rounding: float32Rounding)
        }
        if float32Rounding != .none, node.scalarType == .float32 {
            elements = elements.map { float32Rounding($0) }
        }
        return ReferenceValue(shape: node.shape, scalarType: node.scalarType, elements: elements)
    }
}
