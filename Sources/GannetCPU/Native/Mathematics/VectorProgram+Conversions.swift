import GannetAssembler
import GannetGraph

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

    /// The element of a type at the current place of a stream, as it is in registers.
    mutating func load(_ type: ScalarType, _ stream: Int) -> Value {
        switch type {
        case .float32, .int32, .uint32: append(.load, immediate: stream)
        case .bool: append(.loadMask, immediate: stream)
        case .float16: loadFloat16(stream)
        case .bfloat16: shiftLeft(append(.loadHalf, immediate: stream), 16)
        }
    }

    /// Puts what is in a register into the current place of a stream, as an element of a type.
    mutating func store(_ type: ScalarType, _ x: Value, _ stream: Int) {
        switch type {
        case .float32, .int32, .uint32: _ = append(.store, x, immediate: stream)
        case .bool: _ = append(.storeMask, x, immediate: stream)
        case .float16: _ = append(.storeHalf, float16Bits(x), immediate: stream)
        case .bfloat16: _ = append(.storeHalf, shiftRight(x, 16), immediate: stream)
        }
    }

    /// The `float16` at the current place of a stream, in a register. The instruction makes a signalling NaN a quiet one;
    /// NaN is widened bit by bit instead.
    private mutating func loadFloat16(_ stream: Int) -> Value {
        let x = append(.loadFloat16, immediate: stream)
        let bits = append(.loadHalf, immediate: stream)
        let sign = shiftLeft(and(bits, constant(0x8000 as UInt32)), 16)
        let payload = shiftLeft(and(bits, constant(0x3FF as UInt32)), 13)
        let nan = or(or(sign, payload), constant(0x7F80_0000 as UInt32))
        return select(compare(x, .unordered, x), nan, x)
    }

    /// The 16 bits of a register's `float16` as a word, those of NaN as they are.
    private mutating func float16Bits(_ x: Value) -> Value {
        let sign = and(shiftRight(x, 16), constant(0x8000 as UInt32))
        let payload = and(shiftRight(x, 13), constant(0x3FF as UInt32))
        let nan = or(or(sign, payload), constant(0x7C00 as UInt32))
        return select(compare(x, .unordered, x), nan, append(.toHalf, x))
    }
}
