/// How the operands of a kind of instructions become the fields of an encoding.
extension Assembler {
    /// A result, a source in a register, and one in a register or memory.
    mutating func three(
        _ instruction: VectorInstruction, _ result: VectorRegister, _ a: VectorRegister, _ b: VectorOperand,
        _ mask: MaskRegister? = nil, _ zeroing: Bool = false, immediate: UInt8? = nil,
        method: StaticString = #function
    ) {
        expect(a, result.width, method)
        expect(b, instruction.operand(result.width), method)
        encode(
            instruction,
            VectorFields(
                reg: result.number, second: a.number, operand: RegisterOrMemory(b), width: result.width,
                mask: mask, zeroing: zeroing, immediate: immediate), method)
    }

    /// A result, and a source in a register or memory.
    mutating func two(
        _ instruction: VectorInstruction, _ result: VectorRegister, _ a: VectorOperand,
        _ mask: MaskRegister? = nil, _ zeroing: Bool = false, immediate: UInt8? = nil,
        method: StaticString = #function
    ) {
        expect(a, instruction.operand(result.width), method)
        encode(
            instruction,
            VectorFields(
                reg: result.number, operand: RegisterOrMemory(a), width: result.width, mask: mask,
                zeroing: zeroing, immediate: immediate), method)
    }

    /// A result in a register or memory, and a source in a register, which is at least as wide.
    mutating func reversed(
        _ instruction: VectorInstruction, _ result: VectorOperand, _ a: VectorRegister,
        _ mask: MaskRegister? = nil, _ zeroing: Bool = false, immediate: UInt8? = nil,
        method: StaticString = #function
    ) {
        expect(result, instruction.operand(a.width), method)
        if zeroing, result.memory != nil { stop(method, "a store cannot zero what the mask leaves out.") }
        encode(
            instruction,
            VectorFields(
                reg: a.number, operand: RegisterOrMemory(result), width: a.width, mask: mask,
                zeroing: zeroing, immediate: immediate), method)
    }

    /// A move into a register, of an instruction that has an opcode for either direction.
    mutating func move(
        _ instruction: VectorInstruction, store opcode: UInt8, _ result: VectorRegister, _ a: VectorOperand,
        _ mask: MaskRegister? = nil, _ zeroing: Bool = false, method: StaticString = #function
    ) {
        // From a high register to a low one the other direction has the shorter prefix.
        if case .register(let source) = a, mask == nil, instruction.encodings != .evex,
            result.width != .x512, result.number < 8, (8...15).contains(source.number)
        {
            var other = instruction
            other.opcode = opcode
            reversed(other, result.vectorOperand, source, method: method)
        } else {
            two(instruction, result, a, mask, zeroing, method: method)
        }
    }

    /// A result and a source that is shifted; the `reg` field continues the opcode.
    mutating func shift(
        _ instruction: VectorInstruction, _ result: VectorRegister, _ a: VectorOperand, _ count: Int,
        _ mask: MaskRegister?, _ zeroing: Bool, method: StaticString = #function
    ) {
        expect(a, result.width, method)
        // Only EVEX has a source in memory.
        if a.memory != nil, instructionSet != .avx512 {
            stop(
                method, "a source in memory needs the form of AVX-512, and the assembler writes for AVX2.")
        }
        encode(
            a.memory == nil ? instruction : instruction.only(.evex),
            VectorFields(
                reg: instruction.field, second: result.number, operand: RegisterOrMemory(a),
                width: result.width, mask: mask, zeroing: zeroing,
                immediate: byte(count, method)), method)
    }

    /// A comparison that leaves a bit an element in a mask register. Bits that `mask` leaves out become 0.
    mutating func compare(
        _ instruction: VectorInstruction, _ result: MaskRegister, _ a: VectorRegister, _ b: VectorOperand,
        _ mask: MaskRegister?, immediate: UInt8? = nil, method: StaticString = #function
    ) {
        expect(b, a.width, method)
        encode(
            instruction,
            VectorFields(
                reg: result.number, second: a.number, operand: RegisterOrMemory(b), width: a.width,
                mask: mask, immediate: immediate), method)
    }

    /// An immediate of eight bits, signed or unsigned.
    func byte(_ value: Int, _ method: StaticString) -> UInt8 {
        if !(-128...255).contains(value) { stop(method, "\(value) does not fit in a byte.") }
        return UInt8(truncatingIfNeeded: value)
    }

    private func expect(_ operand: VectorOperand, _ width: VectorWidth, _ method: StaticString) {
        switch operand {
        case .register(let register): expect(register, width, method)
        case .memory(let memory):
            if memory.vectorIndex != nil { stop(method, "only gathers take a vector as the index.") }
        }
    }

    private func expect(_ register: VectorRegister, _ width: VectorWidth, _ method: StaticString) {
        if register.width != width {
            stop(
                method,
                "\(register.width.letter)mm(\(register.number)) is not as wide as the other "
                    + "operands ask for, which is \(width.letter)mm.")
        }
    }
}
