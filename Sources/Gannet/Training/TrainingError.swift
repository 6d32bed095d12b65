/// Why a training run cannot start, or stopped.
public struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Kind: Sendable, Hashable {
        /// A number of the plan makes no sense.
        case badPlan
        /// The folder already holds a run.
        case runExists
        /// The folder holds no run, or a part of one is damaged.
        case badRun
        /// The loss is infinite or NaN.
        case notFinite
    }

    /// What kind of thing went wrong.
    public let kind: Kind
    /// One sentence for the user.
    public let description: String

    /// Creates an error.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
