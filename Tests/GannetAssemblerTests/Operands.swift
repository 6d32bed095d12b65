import GannetAssembler
import GannetTestSupport

/// Random operands for one instruction, as values and as Intel writes them. Each instruction uses some of them.
struct Operands {
    /// The width that the instruction works on.
    var width = VectorWidth.x128
    var result = VectorRegister.xmm(0)
    var a = VectorRegister.xmm(0)
    /// A third source, or the mask of AVX2's masked loads.
    var selector = VectorRegister.xmm(0)
    /// The result of an instruction that leaves half of its source's width.
    var narrow = VectorRegister.xmm(0)
    /// A register or ``memory``.
    var b = VectorOperand.register(.xmm(0))
    var memory = Memory(.rax)
    var memoryText = ""
    var isMemory = false
    var isBroadcast = false
    var mask: MaskRegister?
    var zeroing = false
    var k = MaskRegister.k0
    var k2 = MaskRegister.k0
    var k3 = MaskRegister.k0
    var general = GeneralRegister.rax
    var general2 = GeneralRegister.rax
    var immediate = 0
    var condition = Condition.equal
    var floatPredicate = FloatPredicate.equalOrdered
    var integerPredicate = IntegerPredicate.equal

    /// Whether one of the operands that `slots` name can be written with EVEX alone.
    func needEVEX(_ slots: [OperandSlot]) -> Bool {
        let registers: [VectorRegister] = slots.compactMap { slot in
            switch slot {
            case .result: result
            case .a: a
            case .b: if case .register(let register) = b { register } else { nil }
            default: nil
            }
        }
        return width == .x512 || mask != nil || (isBroadcast && slots.contains(.b))
            || registers.contains { $0.number > 15 }
    }
}

/// A place in an instruction's text.
enum OperandSlot {
    case result, a, b, selector, narrow
    case memory, general, general8, general16, general32, general2, general2As32
    case k, k2, k3
    case immediate, floatPredicate, integerPredicate
}

/// Writes operands as Intel does, from nothing but their numbers and what ``OperandSource`` has chosen.
enum OperandText {
    private static let names64 = [
        "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
        "r15",
    ]
    private static let names32 = [
        "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d", "r12d", "r13d",
        "r14d", "r15d",
    ]

    private static let names16 = [
        "ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w", "r11w", "r12w", "r13w", "r14w",
        "r15w",
    ]
    private static let names8 = [
        "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b", "r12b", "r13b",
        "r14b", "r15b",
    ]

    static func name(_ register: GeneralRegister, is32: Bool = false) -> String {
        (is32 ? names32 : names64)[Int(register.number)]
    }

    static func name(_ register: VectorRegister) -> String {
        switch register.width {
        case .x128: "xmm\(register.number)"
        case .x256: "ymm\(register.number)"
        case .x512: "zmm\(register.number)"
        }
    }

    static func name(_ mask: MaskRegister) -> String { "k\(mask.number)" }

    /// The operand in a slot; memory after `size`, such as `dword ptr `.
    static func text(_ slot: OperandSlot, _ operands: Operands, size: String) -> String {
        switch slot {
        case .result: name(operands.result)
        case .a: name(operands.a)
        case .selector: name(operands.selector)
        case .narrow: name(operands.narrow)
        case .b: if case .register(let b) = operands.b { name(b) } else { size + operands.memoryText }
        case .memory: size + operands.memoryText
        case .general: name(operands.general)
        case .general8: names8[Int(operands.general.number)]
        case .general16: names16[Int(operands.general.number)]
        case .general32: name(operands.general, is32: true)
        case .general2: name(operands.general2)
        case .general2As32: name(operands.general2, is32: true)
        case .k: name(operands.k)
        case .k2: name(operands.k2)
        case .k3: name(operands.k3)
        case .immediate: "\(operands.immediate)"
        case .floatPredicate: "\(operands.floatPredicate.rawValue)"
        case .integerPredicate: "\(operands.integerPredicate.rawValue)"
        }
    }

    /// What mnemonics say for a condition.
    static func suffix(_ condition: Condition) -> String {
        switch condition {
        case .overflow: "o"
        case .notOverflow: "no"
        case .below: "b"
        case .aboveOrEqual: "ae"
        case .equal: "e"
        case .notEqual: "ne"
        case .belowOrEqual: "be"
        case .above: "a"
        case .sign: "s"
        case .notSign: "ns"
        case .parity: "p"
        case .notParity: "np"
        case .less: "l"
        case .greaterOrEqual: "ge"
        case .lessOrEqual: "le"
        case .greater: "g"
        }
    }
}
