/// Moves and control on general registers. A name that ends in 32 stands for the operation on 32 bits; a register
/// that it writes has zeros in its upper half.
extension Assembler {
    /// Copies a register.
    public mutating func mov(_ result: GeneralRegister, _ a: GeneralRegister) {
        general([0x89], reg: a.number, .register(result.number))
    }

    /// Sets a register to a number, in the shortest form.
    public mutating func mov(_ result: GeneralRegister, _ value: Int) {
        if UInt32(exactly: value) != nil {
            mov32(result, value)
        } else if Int32(exactly: value) != nil {
            general([0xC7], reg: 0, .register(result.number))
            append(value, byteCount: 4)
        } else {
            appendREX(isWide: true, base: result.number)
            code.append(0xB8 | result.number & 7)
            append(value, byteCount: 8)
        }
    }

    /// Loads 64 bits.
    public mutating func mov(_ result: GeneralRegister, _ memory: Memory) {
        general([0x8B], reg: result.number, .memory(memory))
    }

    /// Stores 64 bits.
    public mutating func mov(_ memory: Memory, _ a: GeneralRegister) {
        general([0x89], reg: a.number, .memory(memory))
    }

    /// Stores a number as 64 bits. It has to fit in 32 bits with a sign.
    public mutating func mov(_ memory: Memory, _ value: Int) {
        expect32(value, #function)
        general([0xC7], reg: 0, .memory(memory), trailing: 4)
        append(value, byteCount: 4)
    }

    /// Copies the lower half of a register and clears the upper one.
    public mutating func mov32(_ result: GeneralRegister, _ a: GeneralRegister) {
        general([0x89], reg: a.number, .register(result.number), isWide: false)
    }

    /// Sets a register to a number of 32 bits, with or without a sign, and clears the upper half.
    public mutating func mov32(_ result: GeneralRegister, _ value: Int) {
        word(value, #function)
        appendREX(isWide: false, base: result.number)
        code.append(0xB8 | result.number & 7)
        append(value, byteCount: 4)
    }

    /// Loads 32 bits and clears the upper half.
    public mutating func mov32(_ result: GeneralRegister, _ memory: Memory) {
        general([0x8B], reg: result.number, .memory(memory), isWide: false)
    }

    /// Stores 32 bits.
    public mutating func mov32(_ memory: Memory, _ a: GeneralRegister) {
        general([0x89], reg: a.number, .memory(memory), isWide: false)
    }

    /// Stores a number of 32 bits, with or without a sign.
    public mutating func mov32(_ memory: Memory, _ value: Int) {
        word(value, #function)
        general([0xC7], reg: 0, .memory(memory), isWide: false, trailing: 4)
        append(value, byteCount: 4)
    }

    /// Loads 32 bits and extends them by their sign.
    public mutating func movsxd(_ result: GeneralRegister, _ memory: Memory) {
        general([0x63], reg: result.number, .memory(memory))
    }

    /// Extends the lower half of a register by its sign.
    public mutating func movsxd(_ result: GeneralRegister, _ a: GeneralRegister) {
        general([0x63], reg: result.number, .register(a.number))
    }

    /// Loads 8 bits and clears the others.
    public mutating func movzx8(_ result: GeneralRegister, _ memory: Memory) {
        general([0x0F, 0xB6], reg: result.number, .memory(memory), isWide: false)
    }

    /// Loads 16 bits and clears the others.
    public mutating func movzx16(_ result: GeneralRegister, _ memory: Memory) {
        general([0x0F, 0xB7], reg: result.number, .memory(memory), isWide: false)
    }

    /// Stores the lowest 8 bits.
    public mutating func mov8(_ memory: Memory, _ a: GeneralRegister) {
        check(memory, #function)
        let operand = RegisterOrMemory.memory(memory)
        appendREX(isWide: false, reg: a.number, index: operand.index, base: operand.number)
        // Without the prefix, the codes 4 to 7 mean the second bytes of the first four registers.
        if 4...7 ~= a.number, operand.index < 8, operand.number < 8 { code.append(0x40) }
        code.append(0x88)
        appendModRM(reg: a.number, operand)
    }

    /// Stores the lowest 16 bits.
    public mutating func mov16(_ memory: Memory, _ a: GeneralRegister) {
        code.append(0x66)
        general([0x89], reg: a.number, .memory(memory), isWide: false)
    }

    /// Copies a register where the flags say so.
    public mutating func cmov(if condition: Condition, _ result: GeneralRegister, _ a: GeneralRegister) {
        general([0x0F, 0x40 | condition.rawValue], reg: result.number, .register(a.number))
    }

    /// Computes the address of a place in memory.
    public mutating func lea(_ result: GeneralRegister, _ memory: Memory) {
        general([0x8D], reg: result.number, .memory(memory))
    }

    /// Saves a register on the stack.
    public mutating func push(_ a: GeneralRegister) {
        appendREX(isWide: false, base: a.number)
        code.append(0x50 | a.number & 7)
    }

    /// Takes a register back from the stack.
    public mutating func pop(_ result: GeneralRegister) {
        appendREX(isWide: false, base: result.number)
        code.append(0x58 | result.number & 7)
    }

    /// Returns to the caller.
    public mutating func ret() { code.append(0xC3) }

    /// Calls the function at the address in a register.
    public mutating func call(_ a: GeneralRegister) {
        general([0xFF], reg: 2, .register(a.number), isWide: false)
    }

    /// Jumps to the address in a register.
    public mutating func jmp(_ a: GeneralRegister) {
        general([0xFF], reg: 4, .register(a.number), isWide: false)
    }

    /// Does nothing.
    public mutating func nop() { code.append(0x90) }

    /// Stops at a debugger, or the process.
    public mutating func int3() { code.append(0xCC) }

    /// Clears the upper halves of all vector registers: to be done before a return from code that has used them.
    public mutating func vzeroupper() { code += [0xC5, 0xF8, 0x77] }

    /// Asks for a cache line in all levels of the cache.
    public mutating func prefetcht0(_ memory: Memory) { prefetch(0x18, 1, memory) }

    /// Asks for a cache line in all levels but the first.
    public mutating func prefetcht1(_ memory: Memory) { prefetch(0x18, 2, memory) }

    /// Asks for a cache line that is read only once.
    public mutating func prefetchnta(_ memory: Memory) { prefetch(0x18, 0, memory) }

    /// Asks for a cache line that will be written.
    public mutating func prefetchw(_ memory: Memory) { prefetch(0x0D, 1, memory) }

    private mutating func prefetch(
        _ opcode: UInt8, _ field: UInt8, _ memory: Memory, _ method: StaticString = #function
    ) { general([0x0F, opcode], reg: field, .memory(memory), isWide: false, method) }

    private func word(_ value: Int, _ method: StaticString) {
        if Int32(exactly: value) == nil, UInt32(exactly: value) == nil {
            stop(method, "\(value) does not fit in 32 bits.")
        }
    }
}
