import GannetGraph

/// A part of a model: a layer, or layers put together.
///
/// A module is any type that holds ``Parameter``s, other modules, or collections of them as stored properties.
/// There is nothing to register: ``parameters`` looks for them. A parameter's path is made of the names of the
/// properties that lead to it, with the index or the key where these are in a collection, as in
/// `encoder.0.weight`. Checkpoints use these paths, so renaming a property makes older checkpoints unreadable.
///
/// ```swift
/// struct Classifier: Module {
///     let hidden: [Linear]
///     let output: Linear
/// }
/// ```
public protocol Module: Sendable {}

/// A parameter and the path that leads to it.
public typealias NamedParameter = (path: String, parameter: Parameter)

extension Module {
    /// The trainable parameters of this module and those inside it, frozen or not, in the order in which the properties are
    /// declared; in a dictionary, by key. A parameter that is reached in several ways is given once, by its first
    /// path.
    public var parameters: [NamedParameter] { allParameters.filter(\.parameter.isTrainable) }

    /// The parameters that are not trained, such as running averages, in the order of ``parameters``.
    public var buffers: [NamedParameter] { allParameters.filter { !$0.parameter.isTrainable } }

    /// Trainable parameters and buffers, in the order in which the properties are declared: what a checkpoint
    /// holds.
    public var allParameters: [NamedParameter] {
        var search = ParameterSearch()
        search.visit(self, path: "")
        return search.found
    }

    /// The number of trainable numbers.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.parameter.shape.count } }
}
