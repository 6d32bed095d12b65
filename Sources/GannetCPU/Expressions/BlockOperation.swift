import GannetCompiler
import GannetGraph

/// What one step of the block interpreter does to a block of four-byte lanes, the type of the lanes included.
///
/// Truth values are masks, all bits of a lane set or none.
enum BlockOperation: UInt8, Sendable {
    // Sources
    case load, loadMask, loadFloat16, loadBFloat16, gather, gatherMask, gatherFloat16, gatherBFloat16,
        position, isInBounds, randomBits, accumulator
    // float32
    case negateFloat, absoluteFloat, signFloat, squareRoot, exponential, logarithm, sine, cosine
    case hyperbolicTangent, errorFunction, floor, ceiling, round
    case addFloat, subtractFloat, multiplyFloat, divideFloat, maximumFloat, minimumFloat
    case equalFloat, lessFloat, lessOrEqualFloat
    // Integers, alike for both types
    case negateWord, addWord, subtractWord, multiplyWord, equalWord, shiftLeft
    case not, and, or, exclusiveOr, select
    // int32
    case absoluteInt, signInt, divideInt, remainderInt, maximumInt, minimumInt, lessInt, lessOrEqualInt
    case shiftRightInt
    // uint32
    case signWord, divideWord, remainderWord, maximumWord, minimumWord, lessWord, lessOrEqualWord
    case shiftRightWord, multiplyHigh, normalQuantile
    // bool
    case equalMask
    // Conversions
    case copy, floatToInt, floatToWord, floatToMask, intToFloat, wordToFloat, wordToMask, maskToFloat
    case maskToWord, roundToFloat16, roundToBFloat16
}

extension BlockOperation {
    /// The step for a function of one operand of type `type`.
    init(_ function: UnaryFunction, _ type: ScalarType) {
        let isFloat = type == .float32
        self =
            switch function {
            case .negate: isFloat ? .negateFloat : .negateWord
            case .absolute: isFloat ? .absoluteFloat : type == .int32 ? .absoluteInt : .copy
            case .sign: isFloat ? .signFloat : type == .int32 ? .signInt : .signWord
            case .squareRoot: .squareRoot
            case .exponential: .exponential
            case .logarithm: .logarithm
            case .sine: .sine
            case .cosine: .cosine
            case .hyperbolicTangent: .hyperbolicTangent
            case .errorFunction: .errorFunction
            case .floor: .floor
            case .ceiling: .ceiling
            case .round: .round
            case .not: .not
            case .normalQuantile: .normalQuantile
            }
    }

    /// The step for a function of two operands of type `type`.
    init(_ function: BinaryFunction, _ type: ScalarType) {
        func pick(_ float: Self, _ int: Self, _ word: Self) -> Self {
            type == .float32 ? float : type == .int32 ? int : word
        }
        self =
            switch function {
            case .add: pick(.addFloat, .addWord, .addWord)
            case .subtract: pick(.subtractFloat, .subtractWord, .subtractWord)
            case .multiply: pick(.multiplyFloat, .multiplyWord, .multiplyWord)
            case .divide: pick(.divideFloat, .divideInt, .divideWord)
            case .remainder: pick(.remainderInt, .remainderInt, .remainderWord)
            case .maximum: pick(.maximumFloat, .maximumInt, .maximumWord)
            case .minimum: pick(.minimumFloat, .minimumInt, .minimumWord)
            case .multiplyHigh: .multiplyHigh
            case .equal: type == .bool ? .equalMask : pick(.equalFloat, .equalWord, .equalWord)
            case .less: pick(.lessFloat, .lessInt, .lessWord)
            case .lessOrEqual: pick(.lessOrEqualFloat, .lessOrEqualInt, .lessOrEqualWord)
            case .and: .and
            case .or: .or
            case .exclusiveOr: .exclusiveOr
            case .shiftLeft: .shiftLeft
            case .shiftRight: type == .int32 ? .shiftRightInt : .shiftRightWord
            }
    }

    /// The step that loads elements of type `type`.
    init(loading type: ScalarType) {
        self =
            switch type {
            case .float32, .int32, .uint32: .load
            case .bool: .loadMask
            case .float16: .loadFloat16
            case .bfloat16: .loadBFloat16
            }
    }

    /// The step that gathers elements of type `type`.
    init(gathering type: ScalarType) {
        self =
            switch type {
            case .float32, .int32, .uint32: .gather
            case .bool: .gatherMask
            case .float16: .gatherFloat16
            case .bfloat16: .gatherBFloat16
            }
    }

    /// The step for a conversion.
    init(from source: ScalarType, to target: ScalarType) {
        self =
            switch (source, target) {
            case (.float32, .float16): .roundToFloat16
            case (.float32, .bfloat16): .roundToBFloat16
            case (.float32, .int32): .floatToInt
            case (.float32, .uint32): .floatToWord
            case (.float32, .bool): .floatToMask
            case (.int32, .float32): .intToFloat
            case (.uint32, .float32): .wordToFloat
            case (.int32, .bool), (.uint32, .bool): .wordToMask
            case (.bool, .float32): .maskToFloat
            case (.bool, .int32), (.bool, .uint32): .maskToWord
            default: .copy
            }
    }

    /// About how many simple steps this one takes as long as.
    var cost: Int {
        switch self {
        case .exponential, .logarithm, .errorFunction, .hyperbolicTangent: 16
        case .sine, .cosine, .normalQuantile: 24
        case .randomBits: 20
        case .divideFloat, .squareRoot, .multiplyHigh, .floor, .ceiling, .round: 4
        case .divideInt, .divideWord, .remainderInt, .remainderWord, .floatToInt, .floatToWord: 16
        case .gather, .gatherMask, .gatherFloat16, .gatherBFloat16, .loadMask, .loadFloat16: 4
        case .roundToFloat16: 4
        case .roundToBFloat16, .loadBFloat16: 2
        default: 1
        }
    }
}
