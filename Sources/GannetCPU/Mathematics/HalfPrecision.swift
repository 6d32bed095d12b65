/// `float16` and `bfloat16`, eight lanes at a time, with the bits that `HalfBits` defines.
///
/// In registers such numbers are `float32`; in memory they take two bytes.
package enum HalfPrecision {
    /// x rounded to the nearest `float16`.
    @inline(__always)
    package static func roundedToFloat16(_ x: SIMD8<Float>) -> SIMD8<Float> {
        let sign = x.signBits
        let magnitude = x.bits ^ sign
        let normal = (magnitude &+ 0xFFF &+ ((magnitude &>> 13) & 1)) & 0xFFFF_E000
        // Below 2⁻¹⁴ the unit is 2⁻²⁴, which is that of the numbers from ½ on.
        let small = ((magnitude.floats + 0.5) - 0.5).bits
        var y = normal.replacing(with: small, where: magnitude.ints .< Ints(repeating: 0x3880_0000))
        // Magnitudes are positive as signed numbers, whose comparisons are cheaper.
        y.replace(with: 0x7F80_0000, where: normal.ints .> Ints(repeating: 0x477F_FFFF))
        y.replace(with: 0x7FC0_0000, where: magnitude.ints .> Ints(repeating: 0x7F80_0000))
        return (y | sign).floats
    }

    /// x rounded to the nearest `bfloat16`.
    @inline(__always)
    package static func roundedToBFloat16(_ x: SIMD8<Float>) -> SIMD8<Float> {
        let bits = x.bits
        let rounded = (bits &+ 0x7FFF &+ ((bits &>> 16) & 1)) & 0xFFFF_0000
        let quiet = x.signBits | 0x7FC0_0000
        return rounded.replacing(
            with: quiet, where: (bits & 0x7FFF_FFFF).ints .> Ints(repeating: 0x7F80_0000)
        )
        .floats
    }

    /// The numbers that the lower 16 bits of each lane stand for, as a `float16`.
    @inline(__always)
    package static func fromFloat16(_ half: SIMD8<UInt32>) -> SIMD8<Float> {
        let sign = (half & 0x8000) &<< 16
        let shifted = (half & 0x7FFF) &<< 13
        // 2⁻¹⁴ and the subnormal number, less 2⁻¹⁴: exact.
        let small = ((shifted &+ 0x3880_0000).floats - 0x1p-14).bits
        var y = (shifted &+ 0x3800_0000)
            .replacing(with: small, where: shifted.ints .< Ints(repeating: 0x0080_0000))
        y.replace(with: shifted &+ 0x7000_0000, where: shifted.ints .> Ints(repeating: 0x0F7F_FFFF))
        return (y | sign).floats
    }

    /// The 16 bits of each number, which is one of `float16`.
    @inline(__always)
    package static func toFloat16(_ x: SIMD8<Float>) -> SIMD8<UInt32> {
        let sign = x.signBits
        let magnitude = x.bits ^ sign
        let small = (magnitude.floats + 0.5).bits &- 0x3F00_0000
        var y = ((magnitude &- 0x3800_0000) &>> 13)
            .replacing(with: small, where: magnitude.ints .< Ints(repeating: 0x3880_0000))
        let special = ((magnitude &>> 13) & 0x3FF) | 0x7C00
        y.replace(with: special, where: magnitude.ints .> Ints(repeating: 0x477F_FFFF))
        return y | (sign &>> 16)
    }
}
