/// The 16 bits that stand for numbers of ``ScalarType/float16`` and ``ScalarType/bfloat16``.
///
/// Numbers are rounded to the nearest, ties to even; what is too large becomes infinite, what is too small a subnormal
/// number or 0. NaN keeps its sign and becomes the one quiet NaN. It is integer arithmetic that does not depend on what
/// the processor has, and every backend does the same: bits agree everywhere.
public enum HalfBits {
    /// The bits of the `float16` number nearest to `x`.
    public static func float16(_ x: Float) -> UInt16 {
        let sign = UInt16(truncatingIfNeeded: x.bitPattern >> 16) & 0x8000
        let magnitude = x.bitPattern & 0x7FFF_FFFF
        if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
        if magnitude >= 0x4780_0000 { return sign | 0x7C00 }
        if magnitude < 0x3880_0000 {
            // Below 2⁻¹⁴ the unit is 2⁻²⁴, which is that of the `float32` numbers from ½ on.
            let shifted = Float(bitPattern: magnitude) + 0.5
            return sign | UInt16(truncatingIfNeeded: shifted.bitPattern &- 0x3F00_0000)
        }
        let odd = (magnitude >> 13) & 1
        // The exponent's bias is 112 less. A carry out of the largest number gives the bits of infinity.
        return sign | UInt16(truncatingIfNeeded: (magnitude &- 0x3800_0000 &+ 0xFFF &+ odd) >> 13)
    }

    /// The number that the bits of a `float16` stand for.
    public static func float(float16 bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let shifted = UInt32(bits & 0x7FFF) << 13
        if shifted >= 0x0F80_0000 { return Float(bitPattern: sign | (shifted &+ 0x7000_0000)) }
        if shifted < 0x0080_0000 {
            // 2⁻¹⁴ and the subnormal number, less 2⁻¹⁴: exact.
            let magnitude = Float(bitPattern: shifted &+ 0x3880_0000) - 0x1p-14
            return Float(bitPattern: sign | magnitude.bitPattern)
        }
        return Float(bitPattern: sign | (shifted &+ 0x3800_0000))
    }

    /// The bits of the `bfloat16` number nearest to `x`.
    public static func bfloat16(_ x: Float) -> UInt16 {
        let bits = x.bitPattern
        if x.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) & 0x8000 | 0x7FC0 }
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
    }

    /// The number that the bits of a `bfloat16` stand for.
    public static func float(bfloat16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

    /// The number of `type`, one for storage only, that is nearest to `x`; of any other type, `x` itself.
    public static func rounded(_ x: Float, to type: ScalarType) -> Float {
        switch type {
        case .float16: float(float16: float16(x))
        case .bfloat16: float(bfloat16: bfloat16(x))
        case .float32, .int32, .uint32, .bool: x
        }
    }
}
