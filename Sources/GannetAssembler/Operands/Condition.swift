/// What a conditional jump asks of the flags that the instruction before it left.
public enum Condition: UInt8, Hashable, Sendable, CaseIterable {
    case overflow, notOverflow
    /// Less, of unsigned numbers; also a carry.
    case below
    /// Not less, of unsigned numbers.
    case aboveOrEqual
    /// Equal; also zero.
    case equal
    case notEqual
    /// Not greater, of unsigned numbers.
    case belowOrEqual
    /// Greater, of unsigned numbers.
    case above
    /// Negative.
    case sign
    case notSign
    case parity, notParity
    /// Less, of signed numbers.
    case less
    /// Not less, of signed numbers.
    case greaterOrEqual
    /// Not greater, of signed numbers.
    case lessOrEqual
    /// Greater, of signed numbers.
    case greater
}
