/// Eight operations that share their encodings, by the number that tells them apart.
enum Arithmetic: UInt8 {
    case add = 0
    case or = 1
    case and = 4
    case sub = 5
    case xor = 6
    case cmp = 7
}

extension Assembler {
    /// Appends an instruction on general registers.
    ///
    /// - Parameters:
    ///   - opcode: Its opcode without the prefix REX.
    ///   - reg: The register in the `reg` field, or what continues the opcode.
    ///   - operand: The other operand.
    ///   - isWide: Whether it works on 64 bits, not 32.
    ///   - trailing: How many bytes the caller will append.
    mutating func general(
        _ opcode: [UInt8], reg: UInt8, _ operand: RegisterOrMemory, isWide: Bool = true, trailing: Int = 0,
        _ method: StaticString = #function
    ) {
        if case .memory(let memory) = operand { check(memory, method) }
        appendREX(isWide: isWide, reg: reg, index: operand.index, base: operand.number)
        code += opcode
        appendModRM(reg: reg, operand, trailing: trailing)
    }

    /// Stops where an operand in memory is one that only vector instructions have.
    func check(_ memory: Memory, _ method: StaticString) {
        if memory.isBroadcast { stop(method, "it cannot broadcast an operand.") }
        if memory.vectorIndex != nil { stop(method, "only gathers take a vector as the index.") }
    }

    /// Appends the prefix with the fourth bits of registers' numbers, where there is something in it.
    mutating func appendREX(isWide: Bool, reg: UInt8 = 0, index: UInt8 = 0, base: UInt8) {
        let bits = (isWide ? 8 : 0) | (reg >> 1 & 4) | (index >> 2 & 2) | base >> 3
        if bits != 0 { code.append(0x40 | bits) }
    }

    /// Appends one of the eight operations on two registers.
    mutating func arithmetic(
        _ operation: Arithmetic, _ result: GeneralRegister, _ a: GeneralRegister
    ) {
        general([operation.rawValue << 3 | 1], reg: a.number, .register(result.number))
    }

    /// Appends one of the eight operations on a register and memory.
    mutating func arithmetic(
        _ operation: Arithmetic, _ result: GeneralRegister, _ a: Memory, _ method: StaticString = #function
    ) { general([operation.rawValue << 3 | 3], reg: result.number, .memory(a), method) }

    /// Appends one of the eight operations on memory and a register.
    mutating func arithmetic(
        _ operation: Arithmetic, _ result: Memory, _ a: GeneralRegister, _ method: StaticString = #function
    ) { general([operation.rawValue << 3 | 1], reg: a.number, .memory(result), method) }

    /// Appends one of the eight operations on a register and a number.
    mutating func arithmetic(
        _ operation: Arithmetic, _ result: GeneralRegister, _ value: Int,
        _ method: StaticString = #function
    ) {
        if result == .rax, Int8(exactly: value) == nil {
            expect32(value, method)
            code += [0x48, operation.rawValue << 3 | 5]
            append(value, byteCount: 4)
        } else {
            arithmetic(operation, .register(result.number), value, method)
        }
    }

    /// Appends one of the eight operations on memory and a number.
    mutating func arithmetic(
        _ operation: Arithmetic, _ result: Memory, _ value: Int, _ method: StaticString = #function
    ) { arithmetic(operation, .memory(result), value, method) }

    private mutating func arithmetic(
        _ operation: Arithmetic, _ result: RegisterOrMemory, _ value: Int, _ method: StaticString
    ) {
        expect32(value, method)
        let size = Int8(exactly: value) == nil ? 4 : 1
        general(
            [size == 1 ? 0x83 : 0x81], reg: operation.rawValue, result, trailing: size, method)
        append(value, byteCount: size)
    }

    /// Appends a shift of a register by a number.
    mutating func shift(
        field: UInt8, _ result: GeneralRegister, _ count: Int, _ method: StaticString = #function
    ) {
        if !(0...63).contains(count) { stop(method, "a count is 0 to 63, not \(count).") }
        if count == 1 {
            general([0xD1], reg: field, .register(result.number))
        } else {
            general([0xC1], reg: field, .register(result.number))
            append(count, byteCount: 1)
        }
    }

    /// Stops where a number is not one that is written with 32 bits and extended by its sign.
    func expect32(_ value: Int, _ method: StaticString) {
        if Int32(exactly: value) == nil { stop(method, "\(value) does not fit in 32 bits.") }
    }
}
