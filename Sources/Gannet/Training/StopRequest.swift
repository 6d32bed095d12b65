import Synchronization

/// A wish that a training run stop after its present step, with a checkpoint.
///
/// ``request()`` may be called from any thread, and from a signal handler.
public final class StopRequest: Sendable {
    private let flag = Atomic(false)

    /// Creates a request that has not been made.
    public init() {}

    /// Asks the run to stop.
    public func request() { flag.store(true, ordering: .relaxed) }

    /// Whether the run was asked to stop.
    public var isRequested: Bool { flag.load(ordering: .relaxed) }
}
