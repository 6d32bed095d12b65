/// How two `float32` are compared. "Ordered" comparisons are false where one is NaN, "unordered" ones true. None but
/// those that say so sets the flag of an invalid operation for a quiet NaN.
public enum FloatPredicate: UInt8, Hashable, Sendable, CaseIterable {
    case equalOrdered = 0x00
    /// Less, false with NaN. Signals.
    case lessOrdered = 0x01
    /// Less or equal, false with NaN. Signals.
    case lessOrEqualOrdered = 0x02
    /// One of the two is NaN.
    case unordered = 0x03
    case notEqualUnordered = 0x04
    /// Not less, true with NaN. Signals.
    case notLessUnordered = 0x05
    /// Neither less nor equal, true with NaN. Signals.
    case notLessOrEqualUnordered = 0x06
    /// None of the two is NaN.
    case ordered = 0x07
    case equalUnordered = 0x08
    case notEqualOrdered = 0x0C
    /// Greater or equal, false with NaN. Signals.
    case greaterOrEqualOrdered = 0x0D
    /// Greater, false with NaN. Signals.
    case greaterOrdered = 0x0E
    case lessOrderedQuiet = 0x11
    case lessOrEqualOrderedQuiet = 0x12
    case notLessUnorderedQuiet = 0x15
    case notLessOrEqualUnorderedQuiet = 0x16
    case greaterOrEqualOrderedQuiet = 0x1D
    case greaterOrderedQuiet = 0x1E
}

/// How two integers are compared.
public enum IntegerPredicate: UInt8, Hashable, Sendable, CaseIterable {
    case equal = 0
    case less = 1
    case lessOrEqual = 2
    case notEqual = 4
    case greaterOrEqual = 5
    case greater = 6
}
