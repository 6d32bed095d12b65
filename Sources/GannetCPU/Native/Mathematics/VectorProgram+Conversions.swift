import GannetAssembler

/// Conversions, with the rules of the graph: saturation, and 0 for NaN.
extension VectorProgram {
    /// `float32` to `int32`.
    mutating func toInt(_ x: Value) -> Value {
        // Where a number does not fit, the instruction gives the least integer.
        let isLarge = compare(x, .greaterOrEqualOrderedQuiet, constant(0x1p31 as Float))
        let saturated = select(isLarge, constant(0x7FFF_FFFF as UInt32), append(.floatToInt, x))
        return select(compare(x, .unordered, x), constant(0 as UInt32), saturated)
    }

    /// `float32` to `uint32`.
    mutating func toWord(_ x: Value) -> Value {
        // NaN too becomes 0.
        let positive = append(.maximumFloat, x, constant(0 as Float))
        if hasMasks { return append(.floatToWord, positive) }
        let limit = constant(0x1p31 as Float)
        let isLarge = compare(positive, .greaterOrEqualOrderedQuiet, limit)
        let lower = append(.floatToInt, positive)
        let upper = exclusiveOr(
            append(.floatToInt, subtract(positive, limit)), constant(0x8000_0000 as UInt32))
        let isHuge = compare(positive, .greaterOrEqualOrderedQuiet, constant(0x1p32 as Float))
        return select(isHuge, constant(~0 as UInt32), select(isLarge, upper, lower))
    }

    /// `uint32` to `float32`.
    mutating func toFloat(word x: Value) -> Value {
        if hasMasks { return append(.wordToFloat, x) }
        let upper = multiply(append(.intToFloat, shiftRight(x, 16)), constant(0x1p16 as Float))
        return add(upper, append(.intToFloat, and(x, constant(0xFFFF as UInt32))))
    }

    /// `float32` to the nearest `float16`, with the NaN that ``HalfPrecision`` gives.
    mutating func toFloat16(_ x: Value) -> Value {
        let quiet = or(signBits(x), constant(0x7FC0_0000 as UInt32))
        return select(compare(x, .unordered, x), quiet, append(.roundToFloat16, x))
    }

    /// `float32` to the nearest `bfloat16`, with the NaN that ``HalfPrecision`` gives.
    mutating func toBFloat16(_ x: Value) -> Value {
        let odd = and(shiftRight(x, 16), constant(1 as UInt32))
        let rounded = and(
            addWords(addWords(x, constant(0x7FFF as UInt32)), odd), constant(0xFFFF_0000 as UInt32))
        let quiet = or(signBits(x), constant(0x7FC0_0000 as UInt32))
        return select(compare(x, .unordered, x), quiet, rounded)
    }
}
