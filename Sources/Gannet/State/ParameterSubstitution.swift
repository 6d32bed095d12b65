import GannetGraph

/// Values that a task sees in place of those that parameters have.
struct ParameterSubstitution: Sendable {
    private let values: [ObjectIdentifier: Tensor]

    @TaskLocal private static var current: ParameterSubstitution?

    /// What is seen in place of the value of `parameter`; nil for the value itself.
    static func value(of parameter: Parameter) -> Tensor? {
        current?.values[ObjectIdentifier(parameter)]
    }

    /// Whether any parameter is seen with another value.
    static var isActive: Bool { current.map { !$0.values.isEmpty } ?? false }

    /// Lets `body` see other values, and those of enclosing scopes where it has none.
    static func with<R>(
        _ values: [(parameter: Parameter, value: Tensor)], _ body: () throws -> R
    ) rethrows -> R {
        var all = current?.values ?? [:]
        for (parameter, value) in values { all[ObjectIdentifier(parameter)] = value }
        return try $current.withValue(ParameterSubstitution(values: all), operation: body)
    }
}
