/// The elementary functions over eight lanes, of multiplications and additions only.
///
/// The largest errors, over a sample of all arguments, are stated at each function in units in the last place.
public enum VectorMathematics {
    /// eˣ; 0.93 ulp. ∞ at ∞ and where the result is too large, 0 at −∞.
    @inline(__always)
    public static func exponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
        typealias C = ElementaryCoefficients.Exponential
        let shift = SIMD8<Float>(repeating: ElementaryCoefficients.roundingShift)
        var x = x
        x.replace(with: C.upperLimit, where: x .> C.upperLimit)
        x.replace(with: C.lowerLimit, where: x .< C.lowerLimit)
        let n = (x * C.inverseLog2 + shift) - shift
        let r = (x - n * C.log2High) - n * C.log2Low
        var p = r * C.c5 + C.c4
        p = p * r + C.c3
        p = p * r + C.c2
        p = p * r + C.c1
        p = p * r + C.c0
        let e = (p * (r * r) + r) + 1
        // 2ⁿ in two factors: n may be −150 or 128, beyond the exponents of one.
        let whole = (n + shift).bits.ints &- Ints(repeating: 0x4B40_0000)
        let half = whole &>> 1
        return (e * powerOfTwo(half)) * powerOfTwo(whole &- half)
    }

    /// 2ⁿ for −126 ≤ n ≤ 127.
    @inline(__always)
    static func powerOfTwo(_ n: SIMD8<Int32>) -> SIMD8<Float> { ((n &+ 127) &<< 23).words.floats }

    /// ln x; 0.77 ulp. −∞ at ±0, NaN below.
    @inline(__always)
    public static func logarithm(_ x: SIMD8<Float>) -> SIMD8<Float> {
        typealias C = ElementaryCoefficients.Logarithm
        let isSmall = x .< Float.leastNormalMagnitude
        let scaled = x.replacing(with: x * 0x1p23, where: isSmall)
        var exponent = (scaled.bits &- C.splitBits).ints &>> 23
        let f = (scaled.bits &- (exponent &<< 23).words).floats - 1
        exponent = exponent &- Ints.zero.replacing(with: 23, where: isSmall)
        let e = SIMD8<Float>(exponent)
        var p = f * C.c8 + C.c7
        p = p * f + C.c6
        p = p * f + C.c5
        p = p * f + C.c4
        p = p * f + C.c3
        p = p * f + C.c2
        p = p * f + C.c1
        p = p * f + C.c0
        let square = f * f
        // In another order the compiler computes half of the lanes one by one.
        var small = p * (square * f)
        small += e * ElementaryCoefficients.Exponential.log2Low
        small -= square * 0.5
        var y = (f + small) + e * ElementaryCoefficients.Exponential.log2High
        y.replace(with: x, where: x .== Float.infinity)
        y.replace(with: -Float.infinity, where: x .== 0)
        y.replace(with: x, where: x .!= x)
        y.replace(with: Float.nan, where: x .< 0)
        return y
    }

    /// tanh x; 1.25 ulp.
    @inline(__always)
    public static func hyperbolicTangent(_ x: SIMD8<Float>) -> SIMD8<Float> {
        typealias C = ElementaryCoefficients.HyperbolicTangent
        let a = x.magnitude
        let z = a * a
        var p = z * C.c5 + C.c4
        p = p * z + C.c3
        p = p * z + C.c2
        p = p * z + C.c1
        p = p * z + C.c0
        let near = (p * z) * a + a
        let far = 1 - 2 / (exponential(a + a) + 1)
        return (far.replacing(with: near, where: a .< C.polynomialLimit).bits | x.signBits).floats
    }

    /// erf x; 1.05 ulp.
    @inline(__always)
    public static func errorFunction(_ x: SIMD8<Float>) -> SIMD8<Float> {
        typealias C = ElementaryCoefficients.ErrorFunction
        let a = x.magnitude
        let z = a * a
        var p = z * C.c6 + C.c5
        p = p * z + C.c4
        p = p * z + C.c3
        p = p * z + C.c2
        p = p * z + C.c1
        p = p * z + C.c0
        let near = p * a + a
        let b = a.replacing(with: C.upperLimit, where: a .> C.upperLimit)
        var q = b * C.d6 + C.d5
        q = q * b + C.d4
        q = q * b + C.d3
        q = q * b + C.d2
        q = q * b + C.d1
        q = q * b + C.d0
        let far = 1 - exponential(-(q * b))
        return (far.replacing(with: near, where: a .< C.polynomialLimit).bits | x.signBits).floats
    }

    /// The nearest integer, ties to even; ±0, infinities, NaN and large numbers stay as they are.
    @inline(__always)
    public static func round(_ x: SIMD8<Float>) -> SIMD8<Float> {
        let a = x.magnitude
        let rounded = (a + 0x1p23) - 0x1p23
        return x.replacing(with: (rounded.bits | x.signBits).floats, where: a .< 0x1p23)
    }

    /// ⌊x⌋.
    @inline(__always)
    public static func floor(_ x: SIMD8<Float>) -> SIMD8<Float> {
        let nearest = round(x)
        return nearest.replacing(with: nearest - 1, where: nearest .> x)
    }

    /// ⌈x⌉, with the sign of x where it is 0.
    @inline(__always)
    public static func ceiling(_ x: SIMD8<Float>) -> SIMD8<Float> {
        let nearest = round(x)
        let result = nearest.replacing(with: nearest + 1, where: nearest .< x)
        return (result.bits | x.signBits).floats
    }
}
