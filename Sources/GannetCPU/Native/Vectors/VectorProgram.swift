/// What machine code does to the lanes of one vector: a list of operations in SSA form, without jumps.
///
/// A value is a vector of four-byte lanes or a mask, a truth value a lane. Masks have registers of their own with AVX-512
/// and are vectors of lanes with all bits set or none with AVX2. Whoever makes a program knows which of both it is for
/// by ``hasMasks``.
struct VectorProgram {
    /// A value, by the number of the operation that it is the result of.
    struct Value: Hashable {
        var number: Int
    }

    /// One operation. What it does, and which of its operands are what, says ``VectorOperation``.
    struct Instruction {
        var operation: VectorOperation
        var a = -1
        var b = -1
        var c = -1
        /// A predicate, a count of bits or an offset, whatever the operation needs.
        var immediate = 0
        /// Of loads and stores, how many vectors after the first it works on.
        var part = 0

        /// Operand 0, 1 or 2: the number of its value, or −1.
        @inline(__always) func operand(_ place: Int) -> Int { place == 0 ? a : place == 1 ? b : c }
    }

    /// The operations, each after those whose values it takes.
    private(set) var instructions: [Instruction] = []
    /// Whether the instruction set has masks and what comes with them: AVX-512.
    let hasMasks: Bool
    /// Whether the elementary functions use fused multiplications and additions. Without, they have the bits of
    /// ``VectorMathematics``.
    let fuses: Bool
    private var constants: [UInt32: Int] = [:]

    init(hasMasks: Bool, fuses: Bool) { (self.hasMasks, self.fuses) = (hasMasks, fuses) }

    /// Appends an operation.
    mutating func append(
        _ operation: VectorOperation, _ a: Value? = nil, _ b: Value? = nil, _ c: Value? = nil,
        immediate: Int = 0
    ) -> Value {
        instructions.append(
            Instruction(
                operation: operation, a: a?.number ?? -1, b: b?.number ?? -1, c: c?.number ?? -1,
                immediate: immediate))
        return Value(number: instructions.count - 1)
    }

    /// Says late where the frame has a value that is the same in all vectors.
    mutating func setImmediate(_ immediate: Int, of value: Value) {
        instructions[value.number].immediate = immediate
    }

    /// The program for `count` vectors one after another: each operation so many times, so that there is always one that
    /// need not wait for another; and for each value of this program that is the same in all vectors its number there.
    func repeated(_ count: Int) -> (program: VectorProgram, uniforms: [Int]) {
        var result = VectorProgram(hasMasks: hasMasks, fuses: fuses)
        var numbers = [[Int]](repeating: [], count: instructions.count)
        var uniforms = [Int](repeating: -1, count: instructions.count)
        func operand(_ value: Int, _ part: Int) -> Int {
            value < 0 ? -1 : numbers[value].count == 1 ? numbers[value][0] : numbers[value][part]
        }
        for (number, instruction) in instructions.enumerated() {
            if instruction.operation.isUniform { uniforms[number] = result.instructions.count }
            for part in 0..<(instruction.operation.isUniform ? 1 : count) {
                numbers[number].append(result.instructions.count)
                result.instructions.append(
                    Instruction(
                        operation: instruction.operation, a: operand(instruction.a, part),
                        b: operand(instruction.b, part), c: operand(instruction.c, part),
                        immediate: instruction.immediate, part: part))
            }
        }
        return (result, uniforms)
    }

    /// The same word in all lanes.
    mutating func constant(_ bits: UInt32) -> Value {
        if let number = constants[bits] { return Value(number: number) }
        let value = append(.constant, immediate: Int(bits))
        constants[bits] = value.number
        return value
    }

    /// The same number in all lanes.
    mutating func constant(_ number: Float) -> Value { constant(number.bitPattern) }
}

/// What an operation of a ``VectorProgram`` does.
enum VectorOperation: UInt8 {
    // Values that are the same in all vectors: a word, what the frame holds at an offset, and the latter as a mask.
    case constant, uniform, uniformMask
    // Elements of the stream with the number `immediate`, made what they are in registers. Words that are masks
    // come from the frame only.
    // `loadHalf` gives the 16 bits of an element as a word.
    case load, loadFloat16, loadHalf, loadMask, loadWordMask
    // To the stream with the number `immediate`. `storeHalf` takes words of which no more than 16 bits are set.
    case store, storeHalf, storeMask, storeWordMask

    // float32. Minimum and maximum give b unless a is less, or greater; not so those of IEEE.
    case addFloat, subtractFloat, multiplyFloat, divideFloat, minimumFloat, maximumFloat
    case squareRoot
    /// a · b + c and c − a · b, rounded once.
    case multiplyAdd, negatedMultiplyAdd
    /// To a whole number, in the direction that `immediate` names as `vroundps` does.
    case roundFloat
    /// a · 2ᵇ, b a whole number. AVX-512 only.
    case scaleFloat
    /// The mask of a comparison, a `FloatPredicate`.
    case compareFloat

    // Words
    case addWord, subtractWord, multiplyWord, minimumInt, maximumInt, minimumWord, maximumWord, absoluteInt
    /// The products, of 64 bits, of the lanes with even numbers.
    case multiplyEven
    case and, or, exclusiveOr
    /// ¬a ∧ b.
    case andNot
    /// a ∨ the sign bit of b. AVX-512 only.
    case orSign
    // By `immediate` bits, words or pairs of words; and by what each lane of b says.
    case shiftLeft, shiftRight, shiftRightSigned, shiftPairLeft, shiftPairRight
    case shiftLeftBy, shiftRightBy, shiftRightSignedBy
    // The masks of comparisons. The last two, for any `IntegerPredicate`, AVX-512 only.
    case equalWord, greaterInt, compareInt, compareWord

    // Masks
    case andMask, orMask, exclusiveOrMask, andNotMask, notMask
    /// b where the mask a has ones, c elsewhere.
    case select
    /// All bits of a lane, or none.
    case maskToWord

    // Conversions, as the instructions do them. Unsigned ones AVX-512 only.
    case intToFloat, floatToInt, wordToFloat, floatToWord
    /// Rounds to the nearest `float16`, NaN to some NaN; the latter as the word with its 16 bits.
    case roundToFloat16, toHalf

    /// Whether the result is a mask.
    var givesMask: Bool {
        switch self {
        case .uniformMask, .loadMask, .loadWordMask, .compareFloat, .equalWord, .greaterInt, .compareInt,
            .compareWord, .andMask, .orMask, .exclusiveOrMask, .andNotMask, .notMask:
            true
        default: false
        }
    }

    /// Whether the operation is done for its effect.
    var isStore: Bool {
        switch self {
        case .store, .storeHalf, .storeMask, .storeWordMask: true
        default: false
        }
    }

    /// Whether the value is the same in all vectors.
    var isUniform: Bool { self == .constant || self == .uniform || self == .uniformMask }

    /// Whether the result takes the place of an operand.
    var isFused: Bool { self == .multiplyAdd || self == .negatedMultiplyAdd }

    /// Whether the operands may be exchanged.
    var isCommutative: Bool {
        switch self {
        case .addFloat, .multiplyFloat, .addWord, .multiplyWord, .minimumInt, .maximumInt, .minimumWord,
            .maximumWord, .and, .or, .exclusiveOr, .equalWord:
            true
        default: false
        }
    }

    /// Whether the last operand may be in memory, one word for all lanes with AVX-512.
    var takesMemory: Bool {
        switch self {
        case .addFloat, .subtractFloat, .multiplyFloat, .divideFloat, .minimumFloat, .maximumFloat,
            .scaleFloat,
            .compareFloat, .addWord, .subtractWord, .multiplyWord, .minimumInt, .maximumInt, .minimumWord,
            .maximumWord, .and, .or, .exclusiveOr, .andNot, .shiftLeftBy, .shiftRightBy, .shiftRightSignedBy,
            .equalWord, .greaterInt, .compareInt, .compareWord:
            true
        default: false
        }
    }
}
