import GannetGraph

/// An array of numbers that belongs to a model: a name for a storage that has versions.
///
/// ``value`` is a leaf of the graph that captures the version it was read from; an optimizer's update puts a new
/// version in its place. A tensor built before an update gives the old version's value.
///
/// Most parameters are trained. One that is not, also called a buffer, holds what a layer learns in another way,
/// such as the running averages of ``BatchNorm``: optimizers leave it alone, checkpoints hold it, and an update
/// commits what ``track(_:)`` says of it together with everything else.
public final class Parameter: @unchecked Sendable {
    /// The shape, the same for all versions.
    public let shape: Shape
    /// The type of the elements, the same for all versions.
    public let scalarType: ScalarType
    /// Whether optimizers move it against the gradient of a loss; otherwise it is a buffer.
    public let isTrainable: Bool

    private let access = Lock()
    /// The leaf of the current version: one node, so that all graphs built on a version share it. Nil only while
    /// an update that holds the lock has taken the version away.
    private var leaf: Tensor?

    /// Creates a parameter whose first version is `value`, a leaf: a tensor of stored values.
    ///
    /// - Parameters:
    ///   - value: The first version.
    ///   - isTrainable: Whether optimizers move it; otherwise it is a buffer.
    public init(
        _ value: Tensor, isTrainable: Bool = true, file: StaticString = #fileID, line: UInt = #line
    ) {
        shape = value.shape
        scalarType = value.scalarType
        self.isTrainable = isTrainable
        leaf = value
        check(value, file: file, line: line)
    }

    /// The current version, as a leaf of a graph; or what ``withValues(_:_:)`` shows in its place.
    public var value: Tensor {
        if let substitute = ParameterSubstitution.value(of: self) { return substitute }
        access.lock()
        defer { access.unlock() }
        return leaf!
    }

    /// Lets `body` see other values in place of those that parameters have, such as averages of weights. Only the task
    /// that runs `body` sees them; nothing is changed. No update can be made within.
    public static func withValues<R>(
        _ values: [(parameter: Parameter, value: Tensor)], file: StaticString = #fileID, line: UInt = #line,
        _ body: () throws -> R
    ) rethrows -> R {
        for (parameter, value) in values { parameter.check(value, file: file, line: line) }
        return try ParameterSubstitution.with(values, body)
    }

    /// Whether some parameters are seen with other values here.
    static var isSubstituted: Bool { ParameterSubstitution.isActive }

    /// Replaces the current version by `value`, a leaf of the same shape and type.
    public func assign(_ value: Tensor, file: StaticString = #fileID, line: UInt = #line) {
        check(value, file: file, line: line)
        access.lock()
        defer { access.unlock() }
        leaf = value
    }

    /// Gives a buffer a new version that follows from the last one, as a part of the update whose loss is being
    /// built: it is computed in the update's program and committed with the update's other results. A buffer that
    /// is tracked again in the same update goes on from what was computed before.
    ///
    /// Where no update is being made nothing happens.
    public func track(
        _ transform: (Tensor) -> Tensor, file: StaticString = #fileID, line: UInt = #line
    ) {
        guard let recorder = StateRecorder.current else { return }
        if isTrainable {
            invalidUse("track(_:)", "the parameter is one that optimizers train", file: file, line: line)
        }
        let next = transform(recorder.pending(self) ?? value).stoppingGradient()
        if next.shape != shape || next.scalarType != scalarType {
            invalidUse(
                "track(_:)",
                "a \(next.scalarType) tensor of \(next.shape) for a \(scalarType) parameter of \(shape)",
                file: file, line: line)
        }
        recorder.record(next, for: self)
    }

    private func check(_ value: Tensor, file: StaticString, line: UInt) {
        if value.shape != shape || value.scalarType != scalarType {
            invalidUse(
                "Parameter",
                "a \(value.scalarType) tensor of \(value.shape) for a \(scalarType) parameter of \(shape)",
                file: file, line: line)
        }
        if value.storage == nil {
            invalidUse(
                "Parameter", "the value is not stored yet; call evaluated(on:)", file: file, line: line)
        }
    }
}

// For updates, which hold the lock from the first of these calls to the last.
extension Parameter {
    func lock() { access.lock() }
    func unlock() { access.unlock() }

    /// The current version's storage, while the lock is held.
    var lockedStorage: Storage { leaf!.storage! }

    /// Takes the current version away, so that its storage may be found to have no other holder.
    func withdrawStorage() -> Storage {
        let storage = leaf!.storage!
        leaf = nil
        return storage
    }

    /// Makes `storage` the current version.
    func commit(_ storage: Storage) { leaf = Tensor(storage, shape: shape, scalarType: scalarType) }
}
