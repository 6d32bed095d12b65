import Gannet
import GannetGraph

/// A layer that is checked as a whole: its value and its gradients toward inputs and parameters, of both orders, by
/// finite differences and on every device.
public struct LayerCase: Sendable, CustomStringConvertible {
    /// The layer's type, and what is special about the case.
    public let name: String
    /// The name of the layer's type.
    public let layer: String
    /// 2 where the layer is smooth enough for second gradients.
    let order: Int
    private let build: @Sendable (inout SeededGenerator) -> (value: Tensor, inputs: [Tensor])

    /// Creates a case of a layer that is made by `make` and applied to an input by `apply`.
    ///
    /// - Parameters:
    ///   - detail: What tells the case from others of the layer.
    ///   - order: 1 where second gradients have kinks.
    ///   - make: Makes the layer and its inputs; those that are `float32` leaves are differentiated.
    ///   - apply: Gives the layer's results.
    init<Layer: Module>(
        _ detail: String = "", order: Int = 2,
        _ make: @escaping @Sendable (inout SeededGenerator, inout RandomStream) -> (Layer, [Tensor]),
        _ apply: @escaping @Sendable (Layer, [Tensor]) -> [Tensor]
    ) {
        // A generic layer is known by its name alone.
        layer = String("\(Layer.self)".prefix { $0 != "<" })
        name = detail.isEmpty ? layer : "\(layer), \(detail)"
        self.order = order
        build = { generator in
            var random = RandomStream(seed: generator.next())
            let (layer, inputs) = make(&generator, &random)
            // Parameters that start as 0 or 1 would hide what they do.
            for parameter in layer.parameters where parameter.parameter.shape.rank == 1 {
                parameter.parameter.assign(generator.floats(parameter.parameter.shape, in: 0.5...1.5))
            }
            let results = apply(layer, inputs)
            let value = Tensor.concatenate(results.map { $0.flattened() }, axis: 0)
            return (
                value,
                inputs.filter { $0.scalarType == .float32 } + layer.parameters.map(\.parameter.value)
            )
        }
    }

    public var description: String { name }

    /// The layer's results, and what they were built of.
    var graph: (value: Tensor, inputs: [Tensor]) {
        var generator = SeededGenerator(named: "layer \(name)")
        return build(&generator)
    }

    /// What is wrong with the gradients, by finite differences.
    public func failures() throws -> [String] {
        let (value, inputs) = graph
        return try GradientCheck.failures(at: inputs, order: order) { _ in value }.map { "\(name): \($0)" }
    }

}
