import GannetGraph

/// What the layers of a model are called with while it is run for its ``ModelSummary``, in the order of the calls.
///
/// Layers are values and have no identity, but their parameters have one; a layer without parameters is known by its
/// place in a ``Sequential``.
final class LayerTrace {
    /// One call of a layer.
    struct Call {
        var type: String
        var parameters: [Parameter]
        var place: Place?
        var input: Tensor
        var output: Tensor
    }

    /// A place in a container.
    struct Place {
        var container: ObjectIdentifier
        var index: Int
    }

    /// The calls that were made, and the place of the one that is being made.
    private(set) var calls: [Call] = []
    private var place: Place?

    /// Nothing is called on another thread while a trace is made: it is not handed on to child tasks' work.
    private struct Reference: @unchecked Sendable { let trace: LayerTrace }

    @TaskLocal private static var scoped: Reference?

    /// The trace that is being made, if any.
    static var current: LayerTrace? { scoped?.trace }

    /// Notes the layers that `body` calls.
    func recording<R>(_ body: () throws -> R) rethrows -> R {
        try Self.$scoped.withValue(Reference(trace: self), operation: body)
    }

    /// Notes a call.
    func note(_ layer: some Module, _ input: Tensor, _ output: Tensor) {
        calls.append(
            Call(
                type: String(describing: Swift.type(of: layer)),
                parameters: layer.allParameters.map(\.parameter), place: place, input: input, output: output))
    }

    /// Makes a call at a place in a container.
    func at<R>(_ container: ObjectIdentifier, _ index: Int, _ body: () -> R) -> R {
        let outer = place
        defer { place = outer }
        place = Place(container: container, index: index)
        return body()
    }
}

extension Module {
    /// `output`, which the module has just made of `input`: noted where a summary is being made.
    func traced(_ input: Tensor, _ output: Tensor) -> Tensor {
        LayerTrace.current?.note(self, input, output)
        return output
    }
}
