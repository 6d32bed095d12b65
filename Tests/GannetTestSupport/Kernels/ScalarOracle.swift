import GannetCompiler
import GannetGraph

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What kernels mean, one element at a time, in the plainest Swift: floats in `Double`, rounded to `Float` after
/// every instruction.
package struct ScalarOracle {
    /// One value.
    package enum Value: Equatable {
        case float(Double)
        case int(Int32)
        case word(UInt32)
        case bool(Bool)

        package init(_ literal: Literal) {
            switch literal.type {
            case .float32: self = .float(literal.doubleValue)
            case .int32: self = .int(Int32(bitPattern: literal.bits))
            case .uint32: self = .word(literal.bits)
            case .bool: self = .bool(literal.bits != 0)
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
                        value = type == .float32 ? .float(.nan) : Self.zero(type)
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

    package static func cast(_ x: Value, _ type: ScalarType) -> Value {
        let number: Double =
            switch x {
            case .float(let x): x
            case .int(let x): Double(x)
            case .word(let x): Double(x)
            case .bool(let x): x ? 1 : 0
            }
        switch (x, type) {
        case (_, .float32): return .float(number)
        case (_, .bool): return .bool(number != 0)
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

    /// The outputs of a kernel, and for each element the sum of the magnitudes that went into it, which bounds
    /// its rounding error.
    package func run(_ kernel: Kernel, outputTypes: [ScalarType]) -> [[Value]] {
        switch kernel {
        case .map(let map):
            return store(map.expression, outputTypes.count, Self.indices(map.shape).map { ($0, nil) })
        case .reduce(let reduce):
            var totals: [[Int]: Value] = [:]
            let keptIndices = Self.indices(reduce.keptShape)
            for index in keptIndices { totals[index] = Value(reduce.function.identity(reduce.type)) }
            for index in Self.indices(reduce.shape) {
                let kept = zip(index, reduce.isReduced).filter { !$0.1 }.map(\.0)
                let value = values(reduce.prologue, at: index).last!
                let function: BinaryFunction =
                    switch reduce.function {
                    case .sum: .add
                    case .maximum: .maximum
                    case .minimum: .minimum
                    }
                totals[kept] = Self.binary(function, totals[kept]!, value)
            }
            return store(reduce.epilogue, outputTypes.count, keptIndices.map { ($0, totals[$0]!) })
        case .matrixProduct(let product):
            var elements: [([Int], Value?)] = []
            for index in Self.indices([product.batch, product.m, product.n]) {
                var sum = 0.0
                for k in 0..<product.k {
                    let a =
                        product.a.offset + index[0] * product.a.batchStride + index[1] * product.a.rowStride
                    let b = product.b.offset + index[0] * product.b.batchStride + k * product.b.rowStride
                    sum +=
                        inputs[product.a.input][a + k * product.a.columnStride].float
                        * inputs[product.b.input][b + index[2] * product.b.columnStride].float
                }
                elements.append((index, .float(sum)))
            }
            return store(product.epilogue, outputTypes.count, elements)
        case .convolution, .filterGradient, .noiseStep, .loop: fatalError("Gannet: \(kernel)")
        case .scatterAdd(let scatter):
            var result = [Value](repeating: Self.zero(scatter.type), count: scatter.rows * scatter.columns)
            for k in 0..<scatter.count {
                let row = Int(inputs[0][k].int)
                if row < 0 || row >= scatter.rows { continue }
                for column in 0..<scatter.columns {
                    let at = row * scatter.columns + column
                    result[at] = Self.binary(.add, result[at], inputs[1][k * scatter.columns + column])
                }
            }
            return [result]
        }
    }

    private func store(_ expression: GannetCompiler.Expression, _ outputs: Int, _ elements: [([Int], Value?)])
        -> [[Value]]
    {
        var result = [[Value]](repeating: [], count: outputs)
        for (index, accumulator) in elements {
            let values = values(expression, at: index, accumulator: accumulator)
            for store in expression.stores { result[store.output].append(values[store.value]) }
        }
        return result
    }
}
