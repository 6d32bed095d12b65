import GannetAssembler

/// The operations by name. Where an instruction set lacks one, it is made of others.
extension VectorProgram {
    mutating func add(_ x: Value, _ y: Value) -> Value { append(.addFloat, x, y) }
    mutating func subtract(_ x: Value, _ y: Value) -> Value { append(.subtractFloat, x, y) }
    mutating func multiply(_ x: Value, _ y: Value) -> Value { append(.multiplyFloat, x, y) }
    mutating func divide(_ x: Value, _ y: Value) -> Value { append(.divideFloat, x, y) }
    mutating func addWords(_ x: Value, _ y: Value) -> Value { append(.addWord, x, y) }
    mutating func subtractWords(_ x: Value, _ y: Value) -> Value { append(.subtractWord, x, y) }
    mutating func and(_ x: Value, _ y: Value) -> Value { append(.and, x, y) }
    mutating func or(_ x: Value, _ y: Value) -> Value { append(.or, x, y) }
    mutating func exclusiveOr(_ x: Value, _ y: Value) -> Value { append(.exclusiveOr, x, y) }

    mutating func shiftLeft(_ x: Value, _ count: Int) -> Value { append(.shiftLeft, x, immediate: count) }
    mutating func shiftRight(_ x: Value, _ count: Int) -> Value { append(.shiftRight, x, immediate: count) }
    mutating func shiftRightSigned(_ x: Value, _ count: Int) -> Value {
        append(.shiftRightSigned, x, immediate: count)
    }

    /// `x` where the mask has ones, `y` elsewhere.
    mutating func select(_ mask: Value, _ x: Value, _ y: Value) -> Value { append(.select, mask, x, y) }

    mutating func compare(_ x: Value, _ predicate: FloatPredicate, _ y: Value) -> Value {
        append(.compareFloat, x, y, immediate: Int(predicate.rawValue))
    }

    /// |x|, with NaN's payload kept.
    mutating func magnitude(_ x: Value) -> Value { and(constant(0x7FFF_FFFF as UInt32), x) }

    /// The sign bit of each lane.
    mutating func signBits(_ x: Value) -> Value { and(constant(0x8000_0000 as UInt32), x) }

    /// y, which is not negative, with the sign of x.
    mutating func withSign(_ y: Value, of x: Value) -> Value {
        hasMasks ? append(.orSign, y, x) : or(y, signBits(x))
    }

    /// x y + z of an elementary function.
    mutating func multiplyAdd(_ x: Value, _ y: Value, _ z: Value) -> Value {
        fuses ? append(.multiplyAdd, x, y, z) : add(multiply(x, y), z)
    }

    /// z − x y of an elementary function.
    mutating func subtractProduct(_ x: Value, _ y: Value, from z: Value) -> Value {
        fuses ? append(.negatedMultiplyAdd, x, y, z) : subtract(z, multiply(x, y))
    }

    /// ((c₀ x + c₁) x + …) x + cₙ of an elementary function.
    mutating func polynomial(_ x: Value, _ coefficients: [Float]) -> Value {
        var p = constant(coefficients[0])
        for coefficient in coefficients.dropFirst() {
            p = multiplyAdd(p, x, constant(coefficient))
        }
        return p
    }

    /// Whether x < y, of signed words.
    mutating func lessInt(_ x: Value, _ y: Value) -> Value { append(.greaterInt, y, x) }

    /// Whether x ≤ y, of signed words.
    mutating func lessOrEqualInt(_ x: Value, _ y: Value) -> Value {
        if hasMasks {
            return append(.compareInt, x, y, immediate: Int(IntegerPredicate.lessOrEqual.rawValue))
        }
        return append(.notMask, append(.greaterInt, x, y))
    }

    /// Whether x < y, of unsigned words.
    mutating func lessWord(_ x: Value, _ y: Value) -> Value {
        if hasMasks { return append(.compareWord, x, y, immediate: Int(IntegerPredicate.less.rawValue)) }
        let flip = constant(0x8000_0000 as UInt32)
        return append(.greaterInt, exclusiveOr(y, flip), exclusiveOr(x, flip))
    }

    /// Whether x ≤ y, of unsigned words.
    mutating func lessOrEqualWord(_ x: Value, _ y: Value) -> Value {
        if hasMasks {
            return append(.compareWord, x, y, immediate: Int(IntegerPredicate.lessOrEqual.rawValue))
        }
        return append(.equalWord, append(.minimumWord, x, y), x)
    }

    /// The upper halves of the products of unsigned words.
    mutating func multiplyHigh(_ x: Value, _ y: Value) -> Value {
        let even = append(.shiftPairRight, append(.multiplyEven, x, y), immediate: 32)
        let odd = append(
            .multiplyEven, append(.shiftPairRight, x, immediate: 32),
            append(.shiftPairRight, y, immediate: 32))
        let upper = append(.shiftPairLeft, append(.shiftPairRight, odd, immediate: 32), immediate: 32)
        return or(even, upper)
    }
}
