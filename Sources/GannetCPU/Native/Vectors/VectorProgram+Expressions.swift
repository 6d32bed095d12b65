import GannetGraph

/// The functions of expressions as operations.
extension VectorProgram {
    /// A function of one operand of type `type`.
    mutating func unary(_ function: UnaryFunction, _ type: ScalarType, _ x: Value) -> Value {
        let zero = { (program: inout VectorProgram) in program.constant(0 as UInt32) }
        switch (function, type) {
        case (.negate, .float32): return exclusiveOr(x, constant(0x8000_0000 as UInt32))
        case (.negate, _): return subtractWords(zero(&self), x)
        case (.absolute, .float32): return magnitude(x)
        case (.absolute, _): return append(.absoluteInt, x)
        case (.sign, .float32): return sign(x)
        case (.sign, .int32):
            let positive = select(append(.greaterInt, x, zero(&self)), constant(1 as UInt32), zero(&self))
            return or(shiftRightSigned(x, 31), positive)
        case (.sign, _):
            return select(append(.equalWord, x, zero(&self)), zero(&self), constant(1 as UInt32))
        case (.not, .bool): return append(.notMask, x)
        case (.not, _): return exclusiveOr(x, constant(~0 as UInt32))
        case (.squareRoot, _): return append(.squareRoot, x)
        case (.exponential, _): return exponential(x)
        case (.logarithm, _): return logarithm(x)
        case (.hyperbolicTangent, _): return hyperbolicTangent(x)
        case (.errorFunction, _): return errorFunction(x)
        // To nearest, down and up, without exceptions.
        case (.round, _): return append(.roundFloat, x, immediate: 8)
        case (.floor, _): return append(.roundFloat, x, immediate: 9)
        case (.ceiling, _): return append(.roundFloat, x, immediate: 10)
        case (.sine, _), (.cosine, _), (.normalQuantile, _):
            fatalError("VectorProgram: \(function) is not done in a program")
        }
    }

    /// A function of two operands of type `type`.
    mutating func binary(_ function: BinaryFunction, _ type: ScalarType, _ x: Value, _ y: Value) -> Value {
        switch type {
        case .float32: float(function, x, y)
        case .bool: mask(function, x, y)
        default: word(function, isSigned: type == .int32, x, y)
        }
    }

    private mutating func float(_ function: BinaryFunction, _ x: Value, _ y: Value) -> Value {
        switch function {
        case .add: return add(x, y)
        case .subtract: return subtract(x, y)
        case .multiply: return multiply(x, y)
        case .divide: return divide(x, y)
        case .maximum: return maximum(x, y)
        case .minimum: return minimum(x, y)
        case .equal: return compare(x, .equalOrdered, y)
        case .less: return compare(x, .lessOrderedQuiet, y)
        case .lessOrEqual: return compare(x, .lessOrEqualOrderedQuiet, y)
        default: fatalError("VectorProgram: \(function) is not one of float32")
        }
    }

    private mutating func mask(_ function: BinaryFunction, _ x: Value, _ y: Value) -> Value {
        switch function {
        case .equal: return append(.notMask, append(.exclusiveOrMask, x, y))
        case .and: return append(.andMask, x, y)
        case .or: return append(.orMask, x, y)
        case .exclusiveOr: return append(.exclusiveOrMask, x, y)
        default: fatalError("VectorProgram: \(function) is not one of bool")
        }
    }

    private mutating func word(_ function: BinaryFunction, isSigned: Bool, _ x: Value, _ y: Value) -> Value {
        switch function {
        case .add: return addWords(x, y)
        case .subtract: return subtractWords(x, y)
        case .multiply: return append(.multiplyWord, x, y)
        case .multiplyHigh: return multiplyHigh(x, y)
        case .maximum: return append(isSigned ? .maximumInt : .maximumWord, x, y)
        case .minimum: return append(isSigned ? .minimumInt : .minimumWord, x, y)
        case .equal: return append(.equalWord, x, y)
        case .less: return isSigned ? lessInt(x, y) : lessWord(x, y)
        case .lessOrEqual: return isSigned ? lessOrEqualInt(x, y) : lessOrEqualWord(x, y)
        case .and: return and(x, y)
        case .or: return or(x, y)
        case .exclusiveOr: return exclusiveOr(x, y)
        // By 32 bits and more the instructions leave what the graph wants.
        case .shiftLeft: return append(.shiftLeftBy, x, y)
        case .shiftRight: return append(isSigned ? .shiftRightSignedBy : .shiftRightBy, x, y)
        case .divide, .remainder: fatalError("VectorProgram: \(function) is not done in a program")
        }
    }

    /// `x` where the mask has ones, `y` elsewhere, both masks.
    mutating func selectMask(_ mask: Value, _ x: Value, _ y: Value) -> Value {
        append(.orMask, append(.andMask, mask, x), append(.andNotMask, mask, y))
    }

    /// A conversion that changes what is in a register.
    mutating func cast(_ x: Value, _ source: ScalarType, _ target: ScalarType) -> Value {
        switch BlockOperation(from: source, to: target) {
        case .roundToFloat16: return toFloat16(x)
        case .roundToBFloat16: return toBFloat16(x)
        case .floatToInt: return toInt(x)
        case .floatToWord: return toWord(x)
        case .floatToMask: return compare(x, .notEqualUnordered, constant(0 as Float))
        case .intToFloat: return append(.intToFloat, x)
        case .wordToFloat: return toFloat(word: x)
        case .wordToMask: return append(.notMask, append(.equalWord, x, constant(0 as UInt32)))
        case .maskToFloat: return select(x, constant(1 as Float), constant(0 as Float))
        case .maskToWord: return select(x, constant(1 as UInt32), constant(0 as UInt32))
        default: return x
        }
    }
}
