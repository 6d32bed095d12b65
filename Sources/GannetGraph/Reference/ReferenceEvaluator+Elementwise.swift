#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension ReferenceEvaluator {
    /// A function of each element.
    static func apply(_ function: UnaryFunction, _ operand: ReferenceValue) -> [Double] {
        let type = operand.scalarType
        return operand.elements.map { x in
            if type == .float32 { return apply(function, x) }
            if function == .normalQuantile { return Double(NormalTransform.normal(UInt32(x))) }
            return Double(apply(function, Int64(x), type))
        }
    }

    /// A function of a floating-point number.
    private static func apply(_ function: UnaryFunction, _ x: Double) -> Double {
        switch function {
        case .negate: -x
        case .absolute: abs(x)
        case .sign: x > 0 ? 1 : x < 0 ? -1 : x
        case .squareRoot: x.squareRoot()
        case .exponential: exp(x)
        case .logarithm: log(x)
        case .sine: sin(x)
        case .cosine: cos(x)
        case .hyperbolicTangent: tanh(x)
        case .errorFunction: erf(x)
        case .floor: x.rounded(.down)
        case .ceiling: x.rounded(.up)
        case .round: x.rounded(.toNearestOrEven)
        case .not, .normalQuantile: .nan
        }
    }

    /// A function of an integer or a truth value.
    private static func apply(_ function: UnaryFunction, _ x: Int64, _ type: ScalarType) -> Int64 {
        switch function {
        case .negate: wrap(-x, type)
        case .absolute: wrap(abs(x), type)
        case .sign: x.signum()
        case .not: type == .bool ? 1 - x : wrap(~x, type)
        default: 0
        }
    }

    /// A function of corresponding elements.
    static func apply(_ function: BinaryFunction, _ a: ReferenceValue, _ b: ReferenceValue) -> [Double] {
        let type = a.scalarType
        return zip(a.elements, b.elements).map { x, y in
            type == .float32 ? apply(function, x, y) : Double(apply(function, Int64(x), Int64(y), type))
        }
    }

    /// A function of two floating-point numbers.
    static func apply(_ function: BinaryFunction, _ x: Double, _ y: Double) -> Double {
        switch function {
        case .add: x + y
        case .subtract: x - y
        case .multiply: x * y
        case .divide: x / y
        case .maximum: x.isNaN || y.isNaN ? .nan : x > y ? x : y
        case .minimum: x.isNaN || y.isNaN ? .nan : x < y ? x : y
        case .equal: x == y ? 1 : 0
        case .less: x < y ? 1 : 0
        case .lessOrEqual: x <= y ? 1 : 0
        case .remainder, .multiplyHigh, .and, .or, .exclusiveOr, .shiftLeft, .shiftRight: .nan
        }
    }

    /// A function of two integers or truth values.
    static func apply(_ function: BinaryFunction, _ x: Int64, _ y: Int64, _ type: ScalarType) -> Int64 {
        // A shift count is an unsigned number; all from 32 on empty the word.
        let count = Swift.min(UInt32(truncatingIfNeeded: y), 32)
        return switch function {
        case .add: wrap(x + y, type)
        case .subtract: wrap(x - y, type)
        case .multiply: wrap(x &* y, type)
        case .divide: y == 0 ? 0 : wrap(x / y, type)
        case .remainder: y == 0 ? x : x % y
        case .maximum: Swift.max(x, y)
        case .minimum: Swift.min(x, y)
        case .multiplyHigh: Int64((UInt64(x) * UInt64(y)) >> 32)
        case .equal: x == y ? 1 : 0
        case .less: x < y ? 1 : 0
        case .lessOrEqual: x <= y ? 1 : 0
        case .and: x & y
        case .or: x | y
        case .exclusiveOr: x ^ y
        case .shiftLeft: wrap(x << count, type)
        case .shiftRight: x >> count
        }
    }

    /// x where the condition holds, y elsewhere.
    static func select(_ condition: ReferenceValue, _ x: ReferenceValue, _ y: ReferenceValue) -> [Double] {
        condition.elements.indices.map { condition.elements[$0] != 0 ? x.elements[$0] : y.elements[$0] }
    }

    /// Each element converted to another type.
    ///
    /// Integers become the integer with the same 32 bits; floating-point numbers are truncated toward zero and
    /// saturate, NaN becomes 0. All but 0 is true. Types for storage only round what the number is as a `float32`.
    func cast(_ operand: ReferenceValue, to type: ScalarType) -> [Double] {
        operand.elements.map { x in
            switch type {
            case .float32: x
            case .bool: x != 0 ? 1 : 0
            case .float16, .bfloat16: keepsHalvesExact ? x : Double(HalfBits.rounded(Float(x), to: type))
            case .int32, .uint32:
                if operand.scalarType != .float32 {
                    Double(Self.wrap(Int64(x), type))
                } else {
                    type == .int32 ? Double(Conversion.int32(x)) : Double(Conversion.uint32(x))
                }
            }
        }
    }

    /// The number of `type` whose 32 bits are the lowest of `x`.
    static func wrap(_ x: Int64, _ type: ScalarType) -> Int64 {
        type == .uint32 ? Int64(UInt32(truncatingIfNeeded: x)) : Int64(Int32(truncatingIfNeeded: x))
    }
}
