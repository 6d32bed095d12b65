/// Masks: registers with a bit for each element of a vector. AVX-512 only.
extension Assembler {
    /// Copies the lowest 8 bits of a mask; the others become 0.
    public mutating func kmovb(_ result: MaskRegister, _ a: MaskRegister) {
        mask(.init(.x66, .x0F, 0x90, w: 0), result.number, 0, .register(a.number))
    }

    /// Loads 8 bits; the others become 0.
    public mutating func kmovb(_ result: MaskRegister, _ a: Memory) {
        mask(.init(.x66, .x0F, 0x90, w: 0), result.number, 0, .memory(a))
    }

    /// Stores the lowest 8 bits of a mask.
    public mutating func kmovb(_ result: Memory, _ a: MaskRegister) {
        mask(.init(.x66, .x0F, 0x91, w: 0), a.number, 0, .memory(result))
    }

    /// Copies the lowest 8 bits of a general register; the others become 0.
    public mutating func kmovb(_ result: MaskRegister, _ a: GeneralRegister) {
        mask(.init(.x66, .x0F, 0x92, w: 0), result.number, 0, .register(a.number))
    }

    /// Copies the lowest 8 bits of a mask to a general register; the others become 0.
    public mutating func kmovb(_ result: GeneralRegister, _ a: MaskRegister) {
        mask(.init(.x66, .x0F, 0x93, w: 0), result.number, 0, .register(a.number))
    }

    /// Copies the lowest 16 bits of a mask; the others become 0.
    public mutating func kmovw(_ result: MaskRegister, _ a: MaskRegister) {
        mask(.init(.none, .x0F, 0x90, w: 0), result.number, 0, .register(a.number))
    }

    /// Loads 16 bits; the others become 0.
    public mutating func kmovw(_ result: MaskRegister, _ a: Memory) {
        mask(.init(.none, .x0F, 0x90, w: 0), result.number, 0, .memory(a))
    }

    /// Stores the lowest 16 bits of a mask.
    public mutating func kmovw(_ result: Memory, _ a: MaskRegister) {
        mask(.init(.none, .x0F, 0x91, w: 0), a.number, 0, .memory(result))
    }

    /// Copies the lowest 16 bits of a general register; the others become 0.
    public mutating func kmovw(_ result: MaskRegister, _ a: GeneralRegister) {
        mask(.init(.none, .x0F, 0x92, w: 0), result.number, 0, .register(a.number))
    }

    /// Copies the lowest 16 bits of a mask to a general register; the others become 0.
    public mutating func kmovw(_ result: GeneralRegister, _ a: MaskRegister) {
        mask(.init(.none, .x0F, 0x93, w: 0), result.number, 0, .register(a.number))
    }

    /// Copies the lowest 32 bits of a mask; the others become 0.
    public mutating func kmovd(_ result: MaskRegister, _ a: MaskRegister) {
        mask(.init(.x66, .x0F, 0x90, w: 1), result.number, 0, .register(a.number))
    }

    /// Loads 32 bits; the others become 0.
    public mutating func kmovd(_ result: MaskRegister, _ a: Memory) {
        mask(.init(.x66, .x0F, 0x90, w: 1), result.number, 0, .memory(a))
    }

    /// Stores the lowest 32 bits of a mask.
    public mutating func kmovd(_ result: Memory, _ a: MaskRegister) {
        mask(.init(.x66, .x0F, 0x91, w: 1), a.number, 0, .memory(result))
    }

    /// Copies the lowest 32 bits of a general register; the others become 0.
    public mutating func kmovd(_ result: MaskRegister, _ a: GeneralRegister) {
        mask(.init(.xF2, .x0F, 0x92, w: 0), result.number, 0, .register(a.number))
    }

    /// Copies the lowest 32 bits of a mask to a general register; the others become 0.
    public mutating func kmovd(_ result: GeneralRegister, _ a: MaskRegister) {
        mask(.init(.xF2, .x0F, 0x93, w: 0), result.number, 0, .register(a.number))
    }

    /// Copies the lowest 64 bits of a mask.
    public mutating func kmovq(_ result: MaskRegister, _ a: MaskRegister) {
        mask(.init(.none, .x0F, 0x90, w: 1), result.number, 0, .register(a.number))
    }

    /// Loads 64 bits.
    public mutating func kmovq(_ result: MaskRegister, _ a: Memory) {
        mask(.init(.none, .x0F, 0x90, w: 1), result.number, 0, .memory(a))
    }

    /// Stores the lowest 64 bits of a mask.
    public mutating func kmovq(_ result: Memory, _ a: MaskRegister) {
        mask(.init(.none, .x0F, 0x91, w: 1), a.number, 0, .memory(result))
    }

    /// Copies the lowest 64 bits of a general register.
    public mutating func kmovq(_ result: MaskRegister, _ a: GeneralRegister) {
        mask(.init(.xF2, .x0F, 0x92, w: 1), result.number, 0, .register(a.number))
    }

    /// Copies the lowest 64 bits of a mask to a general register.
    public mutating func kmovq(_ result: GeneralRegister, _ a: MaskRegister) {
        mask(.init(.xF2, .x0F, 0x93, w: 1), result.number, 0, .register(a.number))
    }

    /// `a & b` of 16 bits.
    public mutating func kandw(_ result: MaskRegister, _ a: MaskRegister, _ b: MaskRegister) {
        mask(.init(.none, .x0F, 0x41), length: 1, result.number, a.number, .register(b.number))
    }

    /// `~a & b` of 16 bits.
    public mutating func kandnw(_ result: MaskRegister, _ a: MaskRegister, _ b: MaskRegister) {
        mask(.init(.none, .x0F, 0x42), length: 1, result.number, a.number, .register(b.number))
    }

    /// `a | b` of 16 bits.
    public mutating func korw(_ result: MaskRegister, _ a: MaskRegister, _ b: MaskRegister) {
        mask(.init(.none, .x0F, 0x45), length: 1, result.number, a.number, .register(b.number))
    }

    /// `~(a ^ b)` of 16 bits.
    public mutating func kxnorw(_ result: MaskRegister, _ a: MaskRegister, _ b: MaskRegister) {
        mask(.init(.none, .x0F, 0x46), length: 1, result.number, a.number, .register(b.number))
    }

    /// `a ^ b` of 16 bits.
    public mutating func kxorw(_ result: MaskRegister, _ a: MaskRegister, _ b: MaskRegister) {
        mask(.init(.none, .x0F, 0x47), length: 1, result.number, a.number, .register(b.number))
    }

    /// 16 bits, the lower eight from `b` and the others from `a`.
    public mutating func kunpckbw(_ result: MaskRegister, _ a: MaskRegister, _ b: MaskRegister) {
        mask(.init(.x66, .x0F, 0x4B), length: 1, result.number, a.number, .register(b.number))
    }

    /// 32 bits, the lower 16 from `b` and the others from `a`.
    public mutating func kunpckwd(_ result: MaskRegister, _ a: MaskRegister, _ b: MaskRegister) {
        mask(.init(.none, .x0F, 0x4B), length: 1, result.number, a.number, .register(b.number))
    }

    /// `~a` of 16 bits.
    public mutating func knotw(_ result: MaskRegister, _ a: MaskRegister) {
        mask(.init(.none, .x0F, 0x44), result.number, 0, .register(a.number))
    }

    /// Sets the flags by `result | a` of 16 bits: zero if none is set, carry if all are.
    public mutating func kortestw(_ result: MaskRegister, _ a: MaskRegister) {
        mask(.init(.none, .x0F, 0x98), result.number, 0, .register(a.number))
    }

    /// Shifts 16 bits left.
    public mutating func kshiftlw(_ result: MaskRegister, _ a: MaskRegister, _ count: Int) {
        mask(
            .init(.x66, .x0F3A, 0x32, w: 1), result.number, 0, .register(a.number),
            immediate: byte(count, #function))
    }

    /// Shifts 16 bits right.
    public mutating func kshiftrw(_ result: MaskRegister, _ a: MaskRegister, _ count: Int) {
        mask(
            .init(.x66, .x0F3A, 0x30, w: 1), result.number, 0, .register(a.number),
            immediate: byte(count, #function))
    }

    /// All bits of a word set where the mask is, else none.
    public mutating func vpmovm2d(_ result: VectorRegister, _ a: MaskRegister) {
        encode(
            .init(.xF3, .x0F38, 0x38, .evex),
            VectorFields(reg: result.number, operand: .register(a.number), width: result.width), #function)
    }

    /// A mask of the highest bits of words.
    public mutating func vpmovd2m(_ result: MaskRegister, _ a: VectorRegister) {
        encode(
            .init(.xF3, .x0F38, 0x39, .evex),
            VectorFields(reg: result.number, operand: .register(a.number), width: a.width), #function)
    }

    /// Appends an instruction on masks: these have VEX prefixes, but belong to AVX-512.
    private mutating func mask(
        _ instruction: VectorInstruction, length: UInt8 = 0, _ reg: UInt8, _ second: UInt8,
        _ operand: RegisterOrMemory, immediate: UInt8? = nil, method: StaticString = #function
    ) {
        if instructionSet != .avx512 {
            stop(method, "it is an instruction of AVX-512, and the assembler writes for AVX2.")
        }
        if case .memory(let memory) = operand { check(memory, method) }
        appendVEX(
            instruction.prefix, instruction.map, w: instruction.vexW, length: length, reg: reg,
            second: second, operand)
        code.append(instruction.opcode)
        appendModRM(reg: reg, operand, trailing: immediate == nil ? 0 : 1)
        if let immediate { code.append(immediate) }
    }
}
