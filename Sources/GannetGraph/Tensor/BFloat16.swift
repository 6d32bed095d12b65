/// A 16-bit floating-point number with the range of `Float` and 8 significant bits: the upper half of a `Float`.
///
/// It is a type to store numbers in; compute with `Float(x)`. After Wang and Kanwar, "BFloat16: the secret to high
/// performance on Cloud TPUs" (2019).
public struct BFloat16: Sendable, BitwiseCopyable {
    /// The sign, eight bits of exponent, seven of the fraction.
    public var bitPattern: UInt16

    /// The number that the bits stand for.
    public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

    /// The number nearest to `value`, ties to even; infinite where `value` is too large.
    public init(_ value: Float) { bitPattern = HalfBits.bfloat16(value) }

    /// The number nearest to what `value` is as a `Float`.
    public init(_ value: Double) { self.init(Float(value)) }

    /// +∞.
    public static var infinity: BFloat16 { BFloat16(bitPattern: 0x7F80) }
    /// A quiet NaN.
    public static var nan: BFloat16 { BFloat16(bitPattern: 0x7FC0) }
    /// The largest finite number, about 3.39 · 10³⁸.
    public static var greatestFiniteMagnitude: BFloat16 { BFloat16(bitPattern: 0x7F7F) }
    /// The least positive number with all significant bits, 2⁻¹²⁶.
    public static var leastNormalMagnitude: BFloat16 { BFloat16(bitPattern: 0x0080) }
    /// The least positive number, 2⁻¹³³.
    public static var leastNonzeroMagnitude: BFloat16 { BFloat16(bitPattern: 0x0001) }
    /// The distance from 1 to the next number, 2⁻⁷.
    public static var ulpOfOne: BFloat16 { BFloat16(bitPattern: 0x3C00) }

    /// Whether the number is NaN.
    public var isNaN: Bool { bitPattern & 0x7FFF > 0x7F80 }
    /// Whether the number is infinite.
    public var isInfinite: Bool { bitPattern & 0x7FFF == 0x7F80 }
    /// Whether the number is neither infinite nor NaN.
    public var isFinite: Bool { bitPattern & 0x7F80 != 0x7F80 }
    /// The number without its sign.
    public var magnitude: BFloat16 { BFloat16(bitPattern: bitPattern & 0x7FFF) }

    /// The number with the other sign.
    public static prefix func - (x: BFloat16) -> BFloat16 { BFloat16(bitPattern: x.bitPattern ^ 0x8000) }
}

extension BFloat16: Hashable, Comparable {
    // As IEEE 754 says: NaN is not equal to itself, and −0 is equal to 0.
    public static func == (x: BFloat16, y: BFloat16) -> Bool { Float(x) == Float(y) }
    public static func < (x: BFloat16, y: BFloat16) -> Bool { Float(x) < Float(y) }
    public func hash(into hasher: inout Hasher) { hasher.combine(Float(self)) }
}

extension BFloat16: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, CustomStringConvertible {
    public init(floatLiteral value: Double) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Double(value)) }

    /// The number as `Float` prints it.
    public var description: String { "\(Float(self))" }
}

extension Float {
    /// The value of `x`; exact.
    public init(_ x: BFloat16) { self = HalfBits.float(bfloat16: x.bitPattern) }
}

extension Double {
    /// The value of `x`; exact.
    public init(_ x: BFloat16) { self = Double(Float(x)) }
}
