/// Why code cannot be finished.
public enum AssemblerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The label with this number, counted from 0 in the order of `makeLabel()`, is used but never bound.
    case unboundLabel(Int)
    /// A jump or a constant lies further away than the 2 GiB that an offset can span.
    case tooLong

    public var description: String {
        switch self {
        case .unboundLabel(let number): "label \(number) is used but never bound"
        case .tooLong: "the code is longer than 2 GiB"
        }
    }
}
