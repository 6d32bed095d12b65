/// A scalar that is part of a graph's structure, kept as the 32 bits that represent it.
///
/// Comparing and hashing go by the bits, so that NaN equals itself and −0 differs from 0.
public struct Literal: Hashable, Sendable {
    /// The type of the value.
    public let type: ScalarType
    /// The value's bits: of a `Float`, an `Int32`, a `UInt32`, the 16 of a `Float16` or ``BFloat16``, or 0 and 1 for
    /// `Bool`.
    public let bits: UInt32

    /// Creates a literal from the bits that represent it.
    public init(type: ScalarType, bits: UInt32) {
        self.type = type
        self.bits = bits
    }

    /// Creates the literal of `type` nearest to `value`, converted as a cast would (see ``Conversion``).
    public init(_ value: Double, type: ScalarType) {
        switch type {
        case .float32: self = Float(value).literal
        case .int32: self = Conversion.int32(value).literal
        case .uint32: self = Conversion.uint32(value).literal
        case .bool: self = (value != 0).literal
        case .float16: self.init(type: type, bits: UInt32(HalfBits.float16(Float(value))))
        case .bfloat16: self.init(type: type, bits: UInt32(HalfBits.bfloat16(Float(value))))
        }
    }

    /// The value as a floating-point number; exact for every type.
    public var doubleValue: Double {
        switch type {
        case .float32: Double(Float(bitPattern: bits))
        case .int32: Double(Int32(bitPattern: bits))
        case .uint32, .bool: Double(bits)
        case .float16, .bfloat16: Double(floatValue)
        }
    }

    /// The value as a `Float`; rounded for integers beyond 2²⁴.
    public var floatValue: Float {
        switch type {
        case .float32: Float(bitPattern: bits)
        case .int32: Float(Int32(bitPattern: bits))
        case .uint32, .bool: Float(bits)
        case .float16: HalfBits.float(float16: UInt16(truncatingIfNeeded: bits))
        case .bfloat16: HalfBits.float(bfloat16: UInt16(truncatingIfNeeded: bits))
        }
    }
}

/// Conversions between number types that never trap: they saturate, and NaN becomes 0.
public enum Conversion {
    /// `value` truncated toward zero, saturated to the range of `Int32`; 0 for NaN.
    @inlinable
    public static func int32(_ value: Double) -> Int32 {
        if value.isNaN { return 0 }
        return value <= -2_147_483_648 ? .min : value >= 2_147_483_647 ? .max : Int32(value)
    }

    /// `value` truncated toward zero, saturated to the range of `UInt32`; 0 for NaN.
    @inlinable
    public static func uint32(_ value: Double) -> UInt32 {
        if value.isNaN { return 0 }
        return value <= 0 ? 0 : value >= 4_294_967_295 ? .max : UInt32(value)
    }
}
