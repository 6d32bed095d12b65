import GannetGraph

/// The new values of buffers that layers ask for while a loss is built.
///
/// An optimizer makes a recorder current while it builds the loss of an update, and commits what was recorded with
/// the update's other results. In the order of the first requests, which follows from the model's code alone, so
/// that the next step finds the same program.
final class StateRecorder: Sendable {
    /// A buffer and what it becomes.
    typealias Update = (buffer: Parameter, value: Tensor)

    private let recorded = Guarded<[Update]>([])

    @TaskLocal static var current: StateRecorder?

    /// What was recorded.
    var updates: [Update] { recorded.withLock { $0 } }

    /// Makes this the current recorder, and training the mode of the model, while `body` runs.
    func recording<R>(_ body: () throws -> R) rethrows -> R {
        try Self.$current.withValue(self) { try ModelMode.with(.training, body) }
    }

    /// What was recorded for a buffer last.
    func pending(_ buffer: Parameter) -> Tensor? {
        recorded.withLock { updates in updates.first { $0.buffer === buffer }?.value }
    }

    /// Records what a buffer becomes, in place of what was recorded for it before.
    func record(_ value: Tensor, for buffer: Parameter) {
        recorded.withLock { updates in
            if let index = updates.firstIndex(where: { $0.buffer === buffer }) {
                updates[index].value = value
            } else {
                updates.append((buffer, value))
            }
        }
    }
}
