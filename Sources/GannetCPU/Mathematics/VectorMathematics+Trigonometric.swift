extension VectorMathematics {
    /// sin x; 1.02 ulp for every finite x. NaN at ±∞.
    @inline(__always)
    public static func sine(_ x: SIMD8<Float>) -> SIMD8<Float> {
        let isTiny = x.magnitude .< 0x1p-13
        return trigonometric(x, quarterTurns: 0).replacing(with: x, where: isTiny)
    }

    /// cos x; 1.02 ulp for every finite x. NaN at ±∞.
    @inline(__always)
    public static func cosine(_ x: SIMD8<Float>) -> SIMD8<Float> {
        trigonometric(x, quarterTurns: 1)
    }

    /// sin(x + quarterTurns · π/2).
    @inline(__always)
    private static func trigonometric(_ x: SIMD8<Float>, quarterTurns: UInt32) -> SIMD8<Float> {
        typealias C = ElementaryCoefficients.Trigonometric
        let shift = SIMD8<Float>(repeating: ElementaryCoefficients.roundingShift)
        let shifted = x * C.twoOverPi + shift
        var quadrant = shifted.bits &+ quarterTurns
        let n = shifted - shift
        // The first three differences are exact. What the fourth loses, and all that follows, is kept apart in
        // `low`, so that little is lost where x is close to a multiple of π/2.
        let third = ((x - n * C.part0) - n * C.part1) - n * C.part2
        let product = n * C.part3
        let fourth = third - product
        let correction = n * C.part4 - ((third - fourth) - product)
        var r = fourth - correction
        var low = ((fourth - r) - correction) - n * C.part5
        let isLarge = Words(x.magnitude .> C.sixPartLimit)
        if isLarge.isAnySet { reduceLargeLanes(x, &quadrant, &r, &low, quarterTurns: quarterTurns) }

        let z = r * r
        var s = z * C.s3 + C.s2
        s = s * z + C.s1
        s = s * z + C.s0
        let sine = r + ((s * z) * r + low)
        var c = z * C.c2 + C.c1
        c = c * z + C.c0
        let cosine = 1 - (z * 0.5 - ((c * z) * z - r * low))
        let isOdd = (quadrant &<< 31).ints .< Ints.zero
        let sign = (quadrant & 2) &<< 30
        return (sine.replacing(with: cosine, where: isOdd).bits ^ sign).floats
    }

    /// Reduces the lanes that are too large for the six parts, one by one.
    @inline(never)
    private static func reduceLargeLanes(
        _ x: SIMD8<Float>, _ quadrant: inout SIMD8<UInt32>, _ r: inout SIMD8<Float>,
        _ low: inout SIMD8<Float>, quarterTurns: UInt32
    ) {
        for lane in 0..<8 where !(x[lane].magnitude <= ElementaryCoefficients.Trigonometric.sixPartLimit) {
            let reduced = reduceLarge(x[lane])
            quadrant[lane] = reduced.quadrant &+ quarterTurns
            r[lane] = reduced.high
            low[lane] = reduced.low
        }
    }

    /// x less the nearest multiple of π/2, in two parts, and that multiple modulo 4, for |x| > 10⁵; after
    /// Payne and Hanek, "Radian reduction for trigonometric functions" (1983): x times those 96 binary digits
    /// of 2/π that matter modulo 4.
    private static func reduceLarge(_ x: Float) -> (quadrant: UInt32, high: Float, low: Float) {
        if !x.isFinite { return (0, .nan, .nan) }
        let digits = ElementaryCoefficients.Trigonometric.twoOverPiDigits
        let mantissa = UInt64(x.bitPattern & 0x7F_FFFF | 0x80_0000)
        // The first digit that matters is number `first` behind the 32 zeros.
        let first = Int(x.bitPattern >> 23 & 0xFF) - 150 - 2 + 32
        func word(_ number: Int) -> UInt64 {
            let pair = UInt64(digits[first / 32 + number]) << 32 | UInt64(digits[first / 32 + number + 1])
            return (pair << UInt64(first % 32)) >> 32
        }
        let tail = mantissa * word(2)
        let middle = mantissa * word(1) + (tail >> 32)
        let fixed = ((mantissa * word(0)) << 32) &+ middle
        var quadrant = UInt32(fixed >> 62)
        let fraction = Int64(bitPattern: fixed << 2)
        if fraction < 0 { quadrant &+= 1 }
        var angle = Double(fraction) * (Double.pi / 2 * 0x1p-64)
        if x.sign == .minus {
            angle = -angle
            quadrant = 0 &- quadrant
        }
        let high = Float(angle)
        return (quadrant, high, Float(angle - Double(high)))
    }
}
