/// An element-wise function of one operand.
///
/// Functions marked *float* take and give ``ScalarType/float32``.
public enum UnaryFunction: UInt8, Sendable, Hashable, CaseIterable {
    /// −x; wraps for integers. Not for booleans.
    case negate
    /// |x|; `Int32.min` stays as it is. Not for booleans.
    case absolute
    /// −1, 0 or 1, the sign of x; x itself for ±0 and NaN. Not for booleans.
    case sign
    /// √x, correctly rounded (float).
    case squareRoot
    /// eˣ within 2 ulp (float).
    case exponential
    /// ln x within 2 ulp; −∞ at 0, NaN below (float).
    case logarithm
    /// sin x within 2 ulp where |x| ≤ 10⁵; NaN for infinities (float).
    case sine
    /// cos x within 2 ulp where |x| ≤ 10⁵; NaN for infinities (float).
    case cosine
    /// tanh x within 2 ulp (float).
    case hyperbolicTangent
    /// erf x within 4 ulp (float).
    case errorFunction
    /// ⌊x⌋ (float).
    case floor
    /// ⌈x⌉ (float).
    case ceiling
    /// The nearest integer, ties to even (float).
    case round
    /// Not x: logical for booleans, bitwise for integers.
    case not
    /// The standard normal number that 32 random bits stand for: `uint32` → `float32`, the same bits on
    /// every device (see ``NormalTransform``).
    case normalQuantile
}

/// An element-wise function of two operands of one type.
public enum BinaryFunction: UInt8, Sendable, Hashable, CaseIterable {
    /// x + y; wraps for integers. Not for booleans.
    case add
    /// x − y; wraps for integers. Not for booleans.
    case subtract
    /// x · y; wraps for integers. Not for booleans.
    case multiply
    /// x / y, correctly rounded for `float32`; truncated for integers, where x / 0 is 0 and
    /// `Int32.min / -1` wraps. Not for booleans.
    case divide
    /// The remainder of truncated division, with the sign of x; x where y is 0. Integers only.
    case remainder
    /// The larger operand; NaN if either is. Not for booleans.
    case maximum
    /// The smaller operand; NaN if either is. Not for booleans.
    case minimum
    /// The upper 32 bits of the 64-bit product. `uint32` only.
    case multiplyHigh
    /// x = y, as `bool`; false where either is NaN.
    case equal
    /// x < y, as `bool`; false where either is NaN. Not for booleans.
    case less
    /// x ≤ y, as `bool`; false where either is NaN. Not for booleans.
    case lessOrEqual
    /// x and y: logical for booleans, bitwise for integers.
    case and
    /// x or y: logical for booleans, bitwise for integers.
    case or
    /// x exclusive-or y: logical for booleans, bitwise for integers.
    case exclusiveOr
    /// x · 2ʸ, bits shifted out are lost; 0 where y ≥ 32 as an unsigned number. Integers only.
    case shiftLeft
    /// x shifted right by y: arithmetic for `int32`, logical for `uint32`; all sign bits (0 for `uint32`)
    /// where y ≥ 32 as an unsigned number. Integers only.
    case shiftRight

    /// Whether the result is a truth value.
    public var isComparison: Bool { self == .equal || self == .less || self == .lessOrEqual }
}

/// How a reduction combines elements.
public enum ReductionFunction: UInt8, Sendable, Hashable, CaseIterable {
    /// The sum; 0 for nothing. Integers wrap. Not for booleans.
    case sum
    /// The largest; NaN if any is; for nothing, −∞ or the type's least value. Not for booleans.
    case maximum
    /// The smallest; NaN if any is; for nothing, +∞ or the type's greatest value. Not for booleans.
    case minimum
}

extension UnaryFunction {
    /// The type of the result for an operand of type `type`, or nil when the function is not defined there.
    public func resultType(for type: ScalarType) -> ScalarType? {
        if type.isStorageOnly { return nil }
        return switch self {
        case .negate, .absolute, .sign: type == .bool ? nil : type
        case .not: type == .float32 ? nil : type
        case .normalQuantile: type == .uint32 ? .float32 : nil
        default: type == .float32 ? type : nil
        }
    }
}

extension BinaryFunction {
    /// The type of the result for operands of type `type`, or nil when the function is not defined there.
    public func resultType(for type: ScalarType) -> ScalarType? {
        if type.isStorageOnly { return nil }
        return switch self {
        case .add, .subtract, .multiply, .divide, .maximum, .minimum: type == .bool ? nil : type
        case .remainder, .shiftLeft, .shiftRight: type.isInteger ? type : nil
        case .multiplyHigh: type == .uint32 ? type : nil
        case .equal: .bool
        case .less, .lessOrEqual: type == .bool ? nil : .bool
        case .and, .or, .exclusiveOr: type == .float32 ? nil : type
        }
    }
}

extension ReductionFunction {
    /// The value that a reduction over nothing gives.
    public func identity(_ type: ScalarType) -> Literal {
        switch (self, type) {
        case (.sum, _): Literal(0, type: type)
        case (.maximum, .float32), (.maximum, .float16), (.maximum, .bfloat16):
            Literal(-.infinity, type: type)
        case (.maximum, .int32): Int32.min.literal
        case (.maximum, _): Literal(0, type: type)
        case (.minimum, .float32), (.minimum, .float16), (.minimum, .bfloat16):
            Literal(.infinity, type: type)
        case (.minimum, .int32): Int32.max.literal
        case (.minimum, .uint32): UInt32.max.literal
        case (.minimum, .bool): true.literal
        }
    }
}
