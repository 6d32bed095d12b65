/// What a loop does: a body that is run a number of times, each time on the states that the time before has left.
///
/// The body is a graph of its own: it is built on ``parameters``, placeholders that stand for, in order, the index,
/// the states, one row of each scanned input, and what the body takes from outside.
public final class Loop: Sendable {
    /// One of the values that a loop gives.
    public enum Result: Hashable, Sendable {
        /// State number … after the last iteration.
        case final(Int)
        /// State number … at the start of each iteration: [count, …state]; row i is that of the iteration with
        /// index i.
        case history(Int)
        /// What the body put out as number …: [count, …row]; row i is that of the iteration with index i.
        case collected(Int)
    }

    /// The number of iterations.
    public let count: Int
    /// Whether the index runs from count − 1 down to 0, instead of from 0 up.
    public let isReversed: Bool
    /// What the body is built on.
    public let parameters: [Tensor]
    /// The number of states.
    public let stateCount: Int
    /// The number of scanned inputs.
    public let scannedCount: Int
    /// What the body computes: the next states, then the rows that are collected.
    public let results: [Tensor]

    /// Creates a loop whose body depends on nothing but `parameters`.
    init(
        count: Int, isReversed: Bool, parameters: [Tensor], stateCount: Int, scannedCount: Int,
        results: [Tensor]
    ) {
        self.count = count
        self.isReversed = isReversed
        self.parameters = parameters
        self.stateCount = stateCount
        self.scannedCount = scannedCount
        self.results = results
    }

    /// The number of values that the body takes from outside.
    public var capturedCount: Int { parameters.count - 1 - stateCount - scannedCount }

    /// The shape and type of a result.
    func type(of result: Result) -> (shape: Shape, scalarType: ScalarType) {
        switch result {
        case .final(let state):
            return (parameters[1 + state].shape, parameters[1 + state].scalarType)
        case .history(let state):
            let parameter = parameters[1 + state]
            return (Shape([count] + parameter.shape.extents), parameter.scalarType)
        case .collected(let number):
            let row = results[stateCount + number]
            return (Shape([count] + row.shape.extents), row.scalarType)
        }
    }
}

/// One iteration of a loop, as its body sees it.
public struct LoopStep: Sendable {
    /// The index, `int32` of shape [].
    public let index: Tensor
    /// The states that the iteration before has left.
    public let state: [Tensor]
    /// The row at the index of each scanned input.
    public let scanned: [Tensor]

    /// Whether the body of a loop is being built.
    @TaskLocal package static var isBeingBuilt = false
}
