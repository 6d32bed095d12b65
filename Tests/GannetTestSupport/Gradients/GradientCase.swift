import GannetGraph

/// A function of which the gradients are checked: by finite differences, and on every backend.
public struct GradientCase: Sendable, CustomStringConvertible {
    /// What the case is about, unique among the cases.
    public let name: String
    /// 2 where the function is smooth enough for second gradients.
    public let order: Int
    private let shapes: [Shape]
    private let range: ClosedRange<Float>
    private let function: @Sendable ([Tensor]) -> Tensor

    /// Creates a case of a function of tensors of some shapes with elements in `range`.
    init(
        _ name: String, _ shapes: [Shape], in range: ClosedRange<Float> = -2...2, order: Int = 2,
        _ function: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
        self.name = name
        self.shapes = shapes
        self.range = range
        self.order = order
        self.function = function
    }

    public var description: String { name }

    private func inputs() -> [Tensor] {
        var generator = SeededGenerator(named: name)
        return shapes.map { generator.floats($0, in: range) }
    }

    /// The function's value, and what it was built of.
    var graph: (value: Tensor, inputs: [Tensor]) {
        let inputs = inputs()
        return (function(inputs), inputs)
    }

    /// What is wrong with the gradients, by finite differences.
    public func failures() throws -> [String] {
        try GradientCheck.failures(at: inputs(), order: order, function).map { "\(name): \($0)" }
    }

}
