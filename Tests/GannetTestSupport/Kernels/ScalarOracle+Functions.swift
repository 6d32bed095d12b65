import GannetCompiler
import GannetGraph

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Functions of single numbers.
extension ScalarOracle {
    package static func cast(_ x: Value, _ type: ScalarType) -> Value {
        let number: Double =
            switch x {
            case .float(let x), .float16(let x), .bfloat16(let x): x
            case .int(let x): Double(x)
            case .word(let x): Double(x)
            case .bool(let x): x ? 1 : 0
            }
        switch (x, type) {
        case (_, .float32): return .float(number)
        case (_, .bool): return .bool(number != 0)
        case (_, .float16): return .float16(Double(HalfBits.rounded(Float(number), to: .float16)))
        case (_, .bfloat16): return .bfloat16(Double(HalfBits.rounded(Float(number), to: .bfloat16)))
        case (.word(let x), .int32): return .int(Int32(bitPattern: x))
        case (.int(let x), .uint32): return .word(UInt32(bitPattern: x))
        case (_, .int32): return .int(Conversion.int32(number))
        case (_, .uint32): return .word(Conversion.uint32(number))
        }
    }

    package static func unary(_ function: UnaryFunction, _ x: Value) -> Value {
        switch x {
        case .float(let x):
            switch function {
            case .negate: return .float(-x)
            case .absolute: return .float(abs(x))
            case .sign: return .float(x > 0 ? 1 : x < 0 ? -1 : x)
            case .squareRoot: return .float(x.squareRoot())
            case .exponential: return .float(exp(x))
            case .logarithm: return .float(x < 0 ? .nan : log(x))
            case .sine: return .float(sin(x))
            case .cosine: return .float(cos(x))
            case .hyperbolicTangent: return .float(tanh(x))
            case .errorFunction: return .float(erf(x))
            case .floor: return .float(x.rounded(.down))
            case .ceiling: return .float(x.rounded(.up))
            case .round: return .float(x.rounded(.toNearestOrEven))
            case .not, .normalQuantile: fatalError()
            }
        case .int(let x):
            switch function {
            case .negate: return .int(0 &- x)
            case .absolute: return .int(x < 0 ? 0 &- x : x)
            case .sign: return .int(x.signum())
            case .not: return .int(~x)
            default: fatalError()
            }
        case .word(let x):
            switch function {
            case .negate: return .word(0 &- x)
            case .absolute: return .word(x)
            case .sign: return .word(x.signum())
            case .not: return .word(~x)
            case .normalQuantile: return .float(Double(NormalTransform.normal(x)))
            default: fatalError()
            }
        case .bool(let x): return .bool(!x)
        case .float16, .bfloat16: fatalError()
        }
    }

    package static func binary(_ function: BinaryFunction, _ x: Value, _ y: Value) -> Value {
        switch (x, y) {
        case (.float(let x), .float(let y)):
            switch function {
            case .add: return .float(x + y)
            case .subtract: return .float(x - y)
            case .multiply: return .float(x * y)
            case .divide: return .float(x / y)
            case .maximum: return .float(x.isNaN || y.isNaN ? .nan : max(x, y))
            case .minimum: return .float(x.isNaN || y.isNaN ? .nan : min(x, y))
            case .equal: return .bool(x == y)
            case .less: return .bool(x < y)
            case .lessOrEqual: return .bool(x <= y)
            default: fatalError()
            }
        case (.int(let x), .int(let y)):
            switch function {
            case .add: return .int(x &+ y)
            case .subtract: return .int(x &- y)
            case .multiply: return .int(x &* y)
            case .divide: return .int(y == 0 ? 0 : x.dividedReportingOverflow(by: y).partialValue)
            case .remainder:
                return .int(y == 0 ? x : x.remainderReportingOverflow(dividingBy: y).partialValue)
            case .maximum: return .int(max(x, y))
            case .minimum: return .int(min(x, y))
            case .equal: return .bool(x == y)
            case .less: return .bool(x < y)
            case .lessOrEqual: return .bool(x <= y)
            case .and: return .int(x & y)
            case .or: return .int(x | y)
            case .exclusiveOr: return .int(x ^ y)
            case .shiftLeft: return .int(UInt32(bitPattern: y) < 32 ? x &<< y : 0)
            case .shiftRight: return .int(UInt32(bitPattern: y) < 32 ? x &>> y : x &>> 31)
            case .multiplyHigh: fatalError()
            }
        case (.word(let x), .word(let y)):
            switch function {
            case .add: return .word(x &+ y)
            case .subtract: return .word(x &- y)
            case .multiply: return .word(x &* y)
            case .divide: return .word(y == 0 ? 0 : x / y)
            case .remainder: return .word(y == 0 ? x : x % y)
            case .maximum: return .word(max(x, y))
            case .minimum: return .word(min(x, y))
            case .multiplyHigh: return .word(UInt32((UInt64(x) * UInt64(y)) >> 32))
            case .equal: return .bool(x == y)
            case .less: return .bool(x < y)
            case .lessOrEqual: return .bool(x <= y)
            case .and: return .word(x & y)
            case .or: return .word(x | y)
            case .exclusiveOr: return .word(x ^ y)
            case .shiftLeft: return .word(y < 32 ? x &<< y : 0)
            case .shiftRight: return .word(y < 32 ? x &>> y : 0)
            }
        case (.bool(let x), .bool(let y)):
            switch function {
            case .equal: return .bool(x == y)
            case .and: return .bool(x && y)
            case .or: return .bool(x || y)
            case .exclusiveOr: return .bool(x != y)
            default: fatalError()
            }
        default: fatalError()
        }
    }
}
