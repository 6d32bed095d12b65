import GannetCompiler
import GannetGraph

/// What kernels mean, one element at a time, in the plainest Swift: floats in `Double`, rounded to `Float` after
/// every instruction.
package struct ScalarOracle {
    /// One value.
    package enum Value: Equatable {
        case float(Double)
        case int(Int32)
        case word(UInt32)
        case bool(Bool)
        case float16(Double)
        case bfloat16(Double)

        package init(_ literal: Literal) {
            switch literal.type {
            case .float32: self = .float(literal.doubleValue)
            case .int32: self = .int(Int32(bitPattern: literal.bits))
            case .uint32: self = .word(literal.bits)
            case .bool: self = .bool(literal.bits != 0)
            case .float16: self = .float16(literal.doubleValue)
            case .bfloat16: self = .bfloat16(literal.doubleValue)
            }
        }

        /// The number of any floating-point type; nil for other types.
        package var number: Double? {
            switch self {
            case .float(let x), .float16(let x), .bfloat16(let x): x
            case .int, .word, .bool: nil
            }
        }
        package var float: Double { if case .float(let x) = self { x } else { fatalError() } }
        package var int: Int32 { if case .int(let x) = self { x } else { fatalError() } }
        package var word: UInt32 { if case .word(let x) = self { x } else { fatalError() } }
        package var bool: Bool { if case .bool(let x) = self { x } else { fatalError() } }
    }

    package var inputs: [[Value]]

    package init(inputs: [[Value]]) { self.inputs = inputs }

    package static func zero(_ type: ScalarType) -> Value { Value(Literal(0, type: type)) }

    package static func indices(_ shape: [Int]) -> [[Int]] {
        var result: [[Int]] = [[]]
        for extent in shape { result = result.flatMap { index in (0..<extent).map { index + [$0] } } }
        return result
    }

    /// All values of an expression at one index.
    package func values(_ expression: GannetCompiler.Expression, at index: [Int], accumulator: Value? = nil)
        -> [Value]
    {
        var values: [Value] = []
        for (number, instruction) in expression.instructions.enumerated() {
            let type = expression.types[number]
            let value: Value
            switch instruction {
            case .load(let input, let view):
                value = view.position(of: index).map { inputs[input][$0] } ?? Self.zero(type)
            case .gather(let input, let row, let rows, let rowStride, let view):
                if let position = view.position(of: index) {
                    let row = Int(values[row].int)
                    if row >= 0 && row < rows {
                        value = inputs[input][row * rowStride + position]
                    } else {
                        value = type.isFloatingPoint ? Value(Literal(.nan, type: type)) : Self.zero(type)
                    }
                } else {
                    value = Self.zero(type)
                }
            case .literal(let literal): value = Value(literal)
            case .position(let view): value = .int(Int32(view.position(of: index) ?? 0))
            case .isInBounds(let view): value = .bool(view.position(of: index) != nil)
            case .randomBits(let key, let view):
                let words = inputs[key].map(\.word)
                let key = SIMD4(words[0], words[1], words[2], words[3])
                value = .word(view.position(of: index).map { Philox.word(UInt64($0), key: key) } ?? 0)
            case .accumulator: value = accumulator!
            case .unary(let function, let x): value = Self.unary(function, values[x])
            case .binary(let function, let x, let y): value = Self.binary(function, values[x], values[y])
            case .select(let c, let x, let y): value = values[c].bool ? values[x] : values[y]
            case .cast(let x, let type): value = Self.cast(values[x], type)
            }
            if case .float(let x) = value {
                values.append(.float(Double(Float(x))))
            } else {
                values.append(value)
            }
        }
        return values
    }
}
