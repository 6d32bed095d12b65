/// The operand that an encoding's `r/m` field names.
enum RegisterOrMemory {
    case register(UInt8)
    case memory(Memory)

    init(_ operand: VectorOperand) {
        switch operand {
        case .register(let register): self = .register(register.number)
        case .memory(let memory): self = .memory(memory)
        }
    }

    /// The number in the `r/m` field: of the register, or of the base.
    var number: UInt8 {
        switch self {
        case .register(let number): return number
        case .memory(let memory):
            if case .register(let base) = memory.base { return base.number }
            return 5
        }
    }

    /// The number of the index; 0, which needs no prefix, where there is none.
    var index: UInt8 {
        if case .memory(let memory) = self, memory.index != .none { return memory.index.number }
        return 0
    }
}

extension Assembler {
    /// Appends the byte with the fields `mod`, `reg` and `r/m`, and what it calls for: a byte for the index and a
    /// displacement.
    ///
    /// - Parameters:
    ///   - reg: The number in the `reg` field.
    ///   - operand: What the `r/m` field names.
    ///   - unit: What displacements of one byte count in.
    ///   - trailing: How many bytes of the instruction follow.
    mutating func appendModRM(
        reg: UInt8, _ operand: RegisterOrMemory, unit: Int = 1, trailing: Int = 0
    ) {
        let field = (reg & 7) << 3
        switch operand {
        case .register(let number): code.append(0xC0 | field | number & 7)
        case .memory(let memory):
            switch memory.base {
            case .label, .constant:
                code.append(field | 5)
                appendOffset(
                    to: memory.base, displacement: Int(memory.displacement), trailing: trailing)
            case .none:
                // No base has the code of rbp without a displacement, and then one of four bytes.
                code += [field | 4, memory.shift << 6 | (memory.index.number & 7) << 3 | 5]
                append(Int(memory.displacement), byteCount: 4)
            case .register(let base):
                let (mode, displacement, size) = Self.displacement(
                    Int(memory.displacement), unit: unit, isOmissible: base.number & 7 != 5)
                if memory.index == .none, base.number & 7 != 4 {
                    code.append(mode << 6 | field | base.number & 7)
                } else {
                    code += [
                        mode << 6 | field | 4,
                        memory.shift << 6 | (memory.index.number & 7) << 3 | base.number & 7,
                    ]
                }
                append(displacement, byteCount: size)
            }
        }
    }

    /// The `mod` field for a displacement, the number that is written and its size in bytes.
    private static func displacement(
        _ value: Int, unit: Int, isOmissible: Bool
    ) -> (mode: UInt8, value: Int, size: Int) {
        if value == 0, isOmissible { return (0, 0, 0) }
        if value % unit == 0, Int8(exactly: value / unit) != nil { return (1, value / unit, 1) }
        return (2, value, 4)
    }
}
