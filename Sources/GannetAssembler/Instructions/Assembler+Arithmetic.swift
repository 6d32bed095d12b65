/// Arithmetic on general registers, 64 bits wide. Numbers have to fit in 32 bits with a sign.
extension Assembler {
    /// Adds a register.
    public mutating func add(_ result: GeneralRegister, _ a: GeneralRegister) { arithmetic(.add, result, a) }

    /// Adds a number.
    public mutating func add(_ result: GeneralRegister, _ value: Int) { arithmetic(.add, result, value) }

    /// Adds 64 bits of memory.
    public mutating func add(_ result: GeneralRegister, _ a: Memory) { arithmetic(.add, result, a) }

    /// Adds a register to 64 bits of memory.
    public mutating func add(_ result: Memory, _ a: GeneralRegister) { arithmetic(.add, result, a) }

    /// Adds a number to 64 bits of memory.
    public mutating func add(_ result: Memory, _ value: Int) { arithmetic(.add, result, value) }

    /// Subtracts a register.
    public mutating func sub(_ result: GeneralRegister, _ a: GeneralRegister) { arithmetic(.sub, result, a) }

    /// Subtracts a number.
    public mutating func sub(_ result: GeneralRegister, _ value: Int) { arithmetic(.sub, result, value) }

    /// Subtracts 64 bits of memory.
    public mutating func sub(_ result: GeneralRegister, _ a: Memory) { arithmetic(.sub, result, a) }

    /// Subtracts a register from 64 bits of memory.
    public mutating func sub(_ result: Memory, _ a: GeneralRegister) { arithmetic(.sub, result, a) }

    /// Subtracts a number from 64 bits of memory.
    public mutating func sub(_ result: Memory, _ value: Int) { arithmetic(.sub, result, value) }

    /// Clears the bits that a register has not.
    public mutating func and(_ result: GeneralRegister, _ a: GeneralRegister) { arithmetic(.and, result, a) }

    /// Clears the bits that a number has not.
    public mutating func and(_ result: GeneralRegister, _ value: Int) { arithmetic(.and, result, value) }

    /// Clears the bits that 64 bits of memory have not.
    public mutating func and(_ result: GeneralRegister, _ a: Memory) { arithmetic(.and, result, a) }

    /// Clears the bits of 64 bits of memory that a register has not.
    public mutating func and(_ result: Memory, _ a: GeneralRegister) { arithmetic(.and, result, a) }

    /// Clears the bits of 64 bits of memory that a number has not.
    public mutating func and(_ result: Memory, _ value: Int) { arithmetic(.and, result, value) }

    /// Sets the bits of a register.
    public mutating func or(_ result: GeneralRegister, _ a: GeneralRegister) { arithmetic(.or, result, a) }

    /// Sets the bits of a number.
    public mutating func or(_ result: GeneralRegister, _ value: Int) { arithmetic(.or, result, value) }

    /// Sets the bits of 64 bits of memory.
    public mutating func or(_ result: GeneralRegister, _ a: Memory) { arithmetic(.or, result, a) }

    /// Sets the bits of 64 bits of memory that a register has.
    public mutating func or(_ result: Memory, _ a: GeneralRegister) { arithmetic(.or, result, a) }

    /// Sets the bits of 64 bits of memory that a number has.
    public mutating func or(_ result: Memory, _ value: Int) { arithmetic(.or, result, value) }

    /// Flips the bits of a register.
    public mutating func xor(_ result: GeneralRegister, _ a: GeneralRegister) { arithmetic(.xor, result, a) }

    /// Flips the bits of a number.
    public mutating func xor(_ result: GeneralRegister, _ value: Int) { arithmetic(.xor, result, value) }

    /// Flips the bits of 64 bits of memory.
    public mutating func xor(_ result: GeneralRegister, _ a: Memory) { arithmetic(.xor, result, a) }

    /// Flips the bits of 64 bits of memory that a register has.
    public mutating func xor(_ result: Memory, _ a: GeneralRegister) { arithmetic(.xor, result, a) }

    /// Flips the bits of 64 bits of memory that a number has.
    public mutating func xor(_ result: Memory, _ value: Int) { arithmetic(.xor, result, value) }

    /// Sets the flags as subtracting a register would.
    public mutating func cmp(_ result: GeneralRegister, _ a: GeneralRegister) { arithmetic(.cmp, result, a) }

    /// Sets the flags as subtracting a number would.
    public mutating func cmp(_ result: GeneralRegister, _ value: Int) { arithmetic(.cmp, result, value) }

    /// Sets the flags as subtracting 64 bits of memory would.
    public mutating func cmp(_ result: GeneralRegister, _ a: Memory) { arithmetic(.cmp, result, a) }

    /// Sets the flags as subtracting a register from 64 bits of memory would.
    public mutating func cmp(_ result: Memory, _ a: GeneralRegister) { arithmetic(.cmp, result, a) }

    /// Sets the flags as subtracting a number from 64 bits of memory would.
    public mutating func cmp(_ result: Memory, _ value: Int) { arithmetic(.cmp, result, value) }

    /// Sets the flags as `and` of two registers would.
    public mutating func test(_ a: GeneralRegister, _ b: GeneralRegister) {
        general([0x85], reg: b.number, .register(a.number))
    }

    /// Sets the flags as `and` of a register and a number would.
    public mutating func test(_ a: GeneralRegister, _ value: Int) {
        expect32(value, #function)
        if a == .rax {
            code += [0x48, 0xA9]
        } else {
            general([0xF7], reg: 0, .register(a.number))
        }
        append(value, byteCount: 4)
    }

    /// Multiplies by a register.
    public mutating func imul(_ result: GeneralRegister, _ a: GeneralRegister) {
        general([0x0F, 0xAF], reg: result.number, .register(a.number))
    }

    /// Multiplies by 64 bits of memory.
    public mutating func imul(_ result: GeneralRegister, _ a: Memory) {
        general([0x0F, 0xAF], reg: result.number, .memory(a))
    }

    /// The product of a register and a number.
    public mutating func imul(_ result: GeneralRegister, _ a: GeneralRegister, _ value: Int) {
        expect32(value, #function)
        let size = Int8(exactly: value) == nil ? 4 : 1
        general([size == 1 ? 0x6B : 0x69], reg: result.number, .register(a.number))
        append(value, byteCount: size)
    }

    /// Changes the sign.
    public mutating func neg(_ result: GeneralRegister) { general([0xF7], reg: 3, .register(result.number)) }

    /// Flips all bits.
    public mutating func not(_ result: GeneralRegister) { general([0xF7], reg: 2, .register(result.number)) }

    /// Adds one. The carry stays as it was.
    public mutating func inc(_ result: GeneralRegister) { general([0xFF], reg: 0, .register(result.number)) }

    /// Subtracts one. The carry stays as it was.
    public mutating func dec(_ result: GeneralRegister) { general([0xFF], reg: 1, .register(result.number)) }

    /// Shifts left.
    public mutating func shl(_ result: GeneralRegister, _ count: Int) { shift(field: 4, result, count) }

    /// Shifts right, zeros coming in.
    public mutating func shr(_ result: GeneralRegister, _ count: Int) { shift(field: 5, result, count) }

    /// Shifts right, the sign coming in.
    public mutating func sar(_ result: GeneralRegister, _ count: Int) { shift(field: 7, result, count) }
}
