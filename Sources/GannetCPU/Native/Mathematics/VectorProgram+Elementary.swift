import GannetAssembler

/// The elementary functions, operation by operation those of ``VectorMathematics``: unless the program fuses, the results
/// have the same bits, and if it does, fewer roundings.
extension VectorProgram {
    /// eˣ.
    mutating func exponential(_ x: Value) -> Value {
        typealias C = ElementaryCoefficients.Exponential
        // Of NaN the second operand is taken, and kept.
        let below = append(.minimumFloat, constant(C.upperLimit), x)
        return exponential(limited: append(.maximumFloat, constant(C.lowerLimit), below))
    }

    /// eˣ, of a number that is not beyond the limits.
    private mutating func exponential(limited x: Value) -> Value {
        typealias C = ElementaryCoefficients.Exponential
        let shift = constant(ElementaryCoefficients.roundingShift)
        let shifted = multiplyAdd(x, constant(C.inverseLog2), shift)
        let n = subtract(shifted, shift)
        let high = subtractProduct(n, constant(C.log2High), from: x)
        let r = subtractProduct(n, constant(C.log2Low), from: high)
        let p = polynomial(r, [C.c5, C.c4, C.c3, C.c2, C.c1, C.c0])
        let e = add(multiplyAdd(p, multiply(r, r), r), constant(1 as Float))
        // The result is rounded once, as it is below: the first of the two factors keeps e a normal number.
        if hasMasks { return append(.scaleFloat, e, n) }
        let whole = subtractWords(shifted, constant(0x4B40_0000 as UInt32))
        let half = shiftRightSigned(whole, 1)
        return multiply(multiply(e, powerOfTwo(half)), powerOfTwo(subtractWords(whole, half)))
    }

    /// 2ⁿ for −126 ≤ n ≤ 127.
    private mutating func powerOfTwo(_ n: Value) -> Value {
        shiftLeft(addWords(n, constant(127 as UInt32)), 23)
    }

    /// ln x.
    mutating func logarithm(_ x: Value) -> Value {
        typealias C = ElementaryCoefficients.Logarithm
        let isSmall = compare(x, .lessOrderedQuiet, constant(Float.leastNormalMagnitude))
        let scaled = select(isSmall, multiply(x, constant(0x1p23 as Float)), x)
        let whole = shiftRightSigned(subtractWords(scaled, constant(C.splitBits)), 23)
        let f = subtract(subtractWords(scaled, shiftLeft(whole, 23)), constant(1 as Float))
        let exponent = select(isSmall, subtractWords(whole, constant(23 as UInt32)), whole)
        let e = append(.intToFloat, exponent)
        let p = polynomial(f, [C.c8, C.c7, C.c6, C.c5, C.c4, C.c3, C.c2, C.c1, C.c0])
        let square = multiply(f, f)
        var small = multiply(p, multiply(square, f))
        small = multiplyAdd(e, constant(ElementaryCoefficients.Exponential.log2Low), small)
        small = subtractProduct(square, constant(0.5 as Float), from: small)
        let y = multiplyAdd(e, constant(ElementaryCoefficients.Exponential.log2High), add(f, small))
        // ∞ and NaN stay.
        let isSpecial = compare(x, .notLessUnorderedQuiet, constant(Float.infinity))
        let isZero = compare(x, .equalOrdered, constant(0 as Float))
        let isNegative = compare(x, .lessOrderedQuiet, constant(0 as Float))
        let finite = select(isZero, constant(-Float.infinity), select(isSpecial, x, y))
        return select(isNegative, constant(Float.nan), finite)
    }

    /// tanh x.
    mutating func hyperbolicTangent(_ x: Value) -> Value {
        typealias C = ElementaryCoefficients.HyperbolicTangent
        let a = magnitude(x)
        let z = multiply(a, a)
        let p = polynomial(z, [C.c5, C.c4, C.c3, C.c2, C.c1, C.c0])
        let near = multiplyAdd(multiply(p, z), a, a)
        let denominator = add(exponential(add(a, a)), constant(1 as Float))
        let far = subtract(constant(1 as Float), divide(constant(2 as Float), denominator))
        let isNear = compare(a, .lessOrderedQuiet, constant(C.polynomialLimit))
        return withSign(select(isNear, near, far), of: x)
    }

    /// erf x.
    mutating func errorFunction(_ x: Value) -> Value {
        typealias C = ElementaryCoefficients.ErrorFunction
        let a = magnitude(x)
        let z = multiply(a, a)
        let p = polynomial(z, [C.c6, C.c5, C.c4, C.c3, C.c2, C.c1, C.c0])
        let near = multiplyAdd(p, a, a)
        let b = append(.minimumFloat, constant(C.upperLimit), a)
        // With all signs changed, the products and sums have the same bits but for the sign.
        let q = polynomial(b, [C.d6, C.d5, C.d4, C.d3, C.d2, C.d1, C.d0].map { -$0 })
        let far = subtract(constant(1 as Float), exponential(limited: multiply(q, b)))
        let isNear = compare(a, .lessOrderedQuiet, constant(C.polynomialLimit))
        return withSign(select(isNear, near, far), of: x)
    }

    /// The sign of x, x itself for zeros and NaN.
    mutating func sign(_ x: Value) -> Value {
        let zero = constant(0 as Float)
        let positive = select(compare(x, .greaterOrderedQuiet, zero), constant(1 as Float), x)
        return select(compare(x, .lessOrderedQuiet, zero), constant(-1 as Float), positive)
    }

    /// The larger number; NaN if either is.
    mutating func maximum(_ x: Value, _ y: Value) -> Value {
        select(compare(x, .unordered, x), x, append(.maximumFloat, x, y))
    }

    /// The smaller number; NaN if either is.
    mutating func minimum(_ x: Value, _ y: Value) -> Value {
        select(compare(x, .unordered, x), x, append(.minimumFloat, x, y))
    }
}
