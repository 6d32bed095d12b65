/// What a model is being called for: layers that treat a training batch otherwise, such as ``BatchNorm``, ask
/// ``current``.
///
/// Within `update(minimizing:)` the mode is `training`, elsewhere `evaluation`. ``with(_:_:)`` says otherwise for a
/// scope:
///
/// ```swift
/// try optimizer.update(minimizing: ModelMode.with(.evaluation) { model.loss(batch) })   // running averages frozen
/// let y = ModelMode.with(.training) { model(x) }                                        // nothing is committed
/// ```
public enum ModelMode: Sendable, Hashable {
    /// The model sees a batch to learn from.
    case training
    /// The model is used as it is.
    case evaluation

    @TaskLocal private static var scoped: ModelMode = .evaluation

    /// The mode of the innermost scope; `evaluation` where there is none.
    public static var current: ModelMode { scoped }

    /// Makes `mode` the current one while `body` runs.
    public static func with<R>(_ mode: ModelMode, _ body: () throws -> R) rethrows -> R {
        try $scoped.withValue(mode, operation: body)
    }
}
