import GannetCompiler
import GannetGraph

/// The text of each scalar instruction in OpenCL C, for one lane and for sixteen.
///
/// Truth values are `int` in registers: 0 and 1 where there is one lane, 0 and −1 in vectors, as comparisons
/// give them; `uchar` 0 and 1 in memory. Numbers of 16 bits are `float` in registers and `ushort` in memory.
enum InstructionTable {
    /// The type of a value in registers.
    static func type(_ type: ScalarType, width: Int) -> String {
        let name =
            switch type {
            case .float32, .float16, .bfloat16: "float"
            case .int32, .bool: "int"
            case .uint32: "uint"
            }
        return width == 1 ? name : "\(name)\(width)"
    }

    /// The type of an element in memory.
    static func memoryType(_ type: ScalarType) -> String {
        switch type {
        case .float32: "float"
        case .int32: "int"
        case .uint32: "uint"
        case .bool: "uchar"
        case .float16, .bfloat16: "ushort"
        }
    }

    /// The value in a register of an element that was read from memory.
    static func fromMemory(_ x: String, _ type: ScalarType, width: Int) -> String {
        let w = width == 1 ? "" : "\(width)"
        return switch type {
        case .float32, .int32, .uint32: x
        case .bool: width == 1 ? "(\(x) != 0)" : "convert_int\(w)(\(x)) != 0"
        case .float16: "fromHalf\(w)(convert_uint\(w)(\(x)))"
        case .bfloat16: "fromBrain\(w)(convert_uint\(w)(\(x)))"
        }
    }

    /// What is written to memory for a value in a register.
    static func toMemory(_ x: String, _ type: ScalarType, width: Int) -> String {
        let w = width == 1 ? "" : "\(width)"
        return switch type {
        case .float32, .int32, .uint32: x
        case .bool: width == 1 ? "(uchar)(\(x))" : "convert_uchar\(w)(\(x) & 1)"
        case .float16: "convert_ushort\(w)(toHalf\(w)(\(x)))"
        case .bfloat16: "convert_ushort\(w)(toBrain\(w)(\(x)))"
        }
    }

    /// A constant.
    static func literal(_ literal: Literal) -> String {
        switch literal.type {
        case .float32, .float16, .bfloat16:
            let value = literal.floatValue
            guard value.isFinite else { return "as_float(0x\(String(value.bitPattern, radix: 16))u)" }
            // Parentheses, so that a minus sign does not meet another.
            return value.sign == .minus ? "(\(value)f)" : "\(value)f"
        case .int32:
            let value = Int32(bitPattern: literal.bits)
            return value == .min ? "INT_MIN" : value < 0 ? "(\(value))" : "\(value)"
        case .uint32: return "\(literal.bits)u"
        case .bool: return literal.bits == 0 ? "0" : "1"
        }
    }

    /// A function of one operand; `x` is a name.
    static func unary(_ function: UnaryFunction, _ x: String, _ type: ScalarType, width: Int) -> String {
        let w = width == 1 ? "" : "\(width)"
        let isFloat = type == .float32
        return switch function {
        case .negate: isFloat ? "-\(x)" : type == .int32 ? "as_int\(w)(0u - as_uint\(w)(\(x)))" : "0u - \(x)"
        case .absolute:
            isFloat
                ? "fabs(\(x))"
                : type == .uint32 ? x : "(\(x) < 0 ? as_int\(w)(0u - as_uint\(w)(\(x))) : \(x))"
        case .sign:
            switch type {
            case .float32: "(\(x) > 0.0f ? (float\(w))(1.0f) : (\(x) < 0.0f ? (float\(w))(-1.0f) : \(x)))"
            case .int32: "(\(x) > 0 ? (int\(w))(1) : (\(x) < 0 ? (int\(w))(-1) : \(x)))"
            default: "min(\(x), (uint\(w))(1u))"
            }
        case .squareRoot: "sqrt(\(x))"
        case .exponential: "exponential\(w)(\(x))"
        case .logarithm: "logarithm\(w)(\(x))"
        case .sine: "sine\(w)(\(x))"
        case .cosine: "cosine\(w)(\(x))"
        case .hyperbolicTangent: "hyperbolicTangent\(w)(\(x))"
        case .errorFunction: "errorFunction\(w)(\(x))"
        case .floor: "floor(\(x))"
        case .ceiling: "ceil(\(x))"
        case .round: "rint(\(x))"
        case .not: type == .bool && width == 1 ? "!\(x)" : "~\(x)"
        case .normalQuantile: "normalQuantile\(w)(\(x))"
        }
    }

    /// A function of two operands of one type; `x` and `y` are names.
    static func binary(
        _ function: BinaryFunction, _ x: String, _ y: String, _ type: ScalarType, width: Int
    ) -> String {
        let w = width == 1 ? "" : "\(width)"
        // Signed overflow has no meaning in C: unsigned arithmetic wraps.
        func wrapping(_ operation: String) -> String {
            type == .int32
                ? "as_int\(w)(as_uint\(w)(\(x)) \(operation) as_uint\(w)(\(y)))" : "\(x) \(operation) \(y)"
        }
        let named = type == .int32 ? "Int\(w)" : "Uint\(w)"
        return switch function {
        case .add: wrapping("+")
        case .subtract: wrapping("-")
        case .multiply: wrapping("*")
        case .divide: type == .float32 ? "\(x) / \(y)" : "divide\(named)(\(x), \(y))"
        case .remainder: "remainder\(named)(\(x), \(y))"
        case .maximum:
            type == .float32 ? "((\(x) > \(y)) | (\(x) != \(x)) ? \(x) : \(y))" : "max(\(x), \(y))"
        case .minimum:
            type == .float32 ? "((\(x) < \(y)) | (\(x) != \(x)) ? \(x) : \(y))" : "min(\(x), \(y))"
        case .multiplyHigh:
            width == 1
                ? "(uint)((ulong)\(x) * \(y) >> 32)"
                : "convert_uint\(w)(convert_ulong\(w)(\(x)) * convert_ulong\(w)(\(y)) >> 32)"
        case .equal: "\(x) == \(y)"
        case .less: "\(x) < \(y)"
        case .lessOrEqual: "\(x) <= \(y)"
        case .and: "\(x) & \(y)"
        case .or: "\(x) | \(y)"
        case .exclusiveOr: "\(x) ^ \(y)"
        case .shiftLeft:
            type == .int32
                ? "(as_uint\(w)(\(y)) < 32u ? \(x) << (\(y) & 31) : (int\(w))(0))"
                : "(\(y) < 32u ? \(x) << (\(y) & 31u) : (uint\(w))(0u))"
        case .shiftRight:
            type == .int32
                ? "(\(x) >> (as_uint\(w)(\(y)) < 32u ? \(y) & 31 : (int\(w))(31)))"
                : "(\(y) < 32u ? \(x) >> (\(y) & 31u) : (uint\(w))(0u))"
        }
    }

    /// A conversion; `x` is a name.
    static func cast(_ x: String, from: ScalarType, to: ScalarType, width: Int) -> String {
        let w = width == 1 ? "" : "\(width)"
        if from == to { return x }
        return switch (from, to) {
        case (.float32, .int32): "toInt\(w)(\(x))"
        case (.float32, .uint32): "toUint\(w)(\(x))"
        case (.float32, .bool): "\(x) != 0.0f"
        case (.int32, .float32), (.uint32, .float32): "convert_float\(w)(\(x))"
        case (.bool, .float32): "(\(x) ? (float\(w))(1.0f) : (float\(w))(0.0f))"
        case (.bool, .int32): "\(x) & 1"
        case (.bool, .uint32): "as_uint\(w)(\(x) & 1)"
        case (.int32, .bool): "\(x) != 0"
        case (.uint32, .bool): "\(x) != 0u"
        case (.int32, .uint32): "as_uint\(w)(\(x))"
        case (.uint32, .int32): "as_int\(w)(\(x))"
        case (.float32, .float16): "roundToHalf\(w)(\(x))"
        case (.float32, .bfloat16): "roundToBrain\(w)(\(x))"
        default: x
        }
    }

    /// What a reduction makes of two values.
    static func combine(
        _ function: ReductionFunction, _ x: String, _ y: String, _ type: ScalarType, width: Int
    ) -> String {
        let function: BinaryFunction =
            switch function {
            case .sum: .add
            case .maximum: .maximum
            case .minimum: .minimum
            }
        return binary(function, x, y, type, width: width)
    }

    /// The sections of `mathematics.cl` and `random.cl` that an instruction needs, in their order there.
    static func sections(_ instruction: Expression.Instruction, types: [ScalarType]) -> [String] {
        switch instruction {
        case .unary(.exponential, _): ["exponential"]
        case .unary(.logarithm, _): ["logarithm"]
        case .unary(.sine, _), .unary(.cosine, _): ["trigonometric"]
        case .unary(.hyperbolicTangent, _): ["exponential", "hyperbolicTangent"]
        case .unary(.errorFunction, _): ["exponential", "errorFunction"]
        case .unary(.normalQuantile, _): ["normalQuantile"]
        case .binary(.divide, let x, _), .binary(.remainder, let x, _):
            types[x] == .float32 ? [] : ["division"]
        case .cast(let x, let type):
            if let half = section(of: type) {
                [half]
            } else {
                types[x] == .float32 && type.isInteger ? ["conversion"] : []
            }
        case .randomBits: ["philox", "randomBits"]
        default: []
        }
    }

    /// The section of `half.cl` that reads, writes and rounds to a type for storage only; nil for other types.
    static func section(of type: ScalarType) -> String? {
        switch type {
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        case .float32, .int32, .uint32, .bool: nil
        }
    }
}
