/// The operands of a vector instruction as the fields of an encoding.
struct VectorFields {
    var reg: UInt8
    /// The second source, or the result of shifts; 0 where there is none.
    var second: UInt8 = 0
    var operand: RegisterOrMemory
    var width: VectorWidth
    var mask: MaskRegister?
    var zeroing = false
    var immediate: UInt8?
}

extension Assembler {
    /// Appends a vector instruction: with VEX where that can say it, else with EVEX.
    mutating func encode(
        _ instruction: VectorInstruction, _ fields: VectorFields, _ method: StaticString
    ) {
        check(instruction, fields, method)
        let isBroadcast = fields.isBroadcast
        let needsEVEX =
            instruction.encodings == .evex || fields.width == .x512 || fields.mask != nil || isBroadcast
            || fields.highestVector > 15
        let trailing = fields.immediate == nil ? 0 : 1
        if needsEVEX {
            if instruction.encodings == .vex {
                stop(method, "it has no AVX-512 form, which \(fields.reason) would need.")
            }
            if instructionSet != .avx512 {
                let reason =
                    instruction.encodings == .evex
                    ? "it is an instruction" : "\(fields.reason) needs the form"
                stop(method, "\(reason) of AVX-512, and the assembler writes for AVX2.")
            }
            appendEVEX(instruction, fields, isBroadcast: isBroadcast)
            code.append(instruction.opcode)
            appendModRM(
                reg: fields.reg, fields.operand,
                unit: instruction.tuple.unit(fields.width, isBroadcast: isBroadcast), trailing: trailing)
        } else {
            appendVEX(instruction, fields)
            code.append(instruction.opcode)
            appendModRM(reg: fields.reg, fields.operand, trailing: trailing)
        }
        if let immediate = fields.immediate { code.append(immediate) }
    }

    private func check(
        _ instruction: VectorInstruction, _ fields: VectorFields, _ method: StaticString
    ) {
        if !instruction.widths.contains(fields.width) {
            stop(method, "it does not work on \(fields.width.letter)mm registers.")
        }
        if fields.isBroadcast, !instruction.tuple.broadcasts {
            stop(method, "it cannot broadcast an operand.")
        }
        if fields.zeroing, fields.mask == nil { stop(method, "zeroing needs a mask.") }
        if fields.mask == .k0 { stop(method, "k0 cannot be a mask; its code means that there is none.") }
    }

    /// Appends the prefix of two or three bytes.
    private mutating func appendVEX(_ instruction: VectorInstruction, _ fields: VectorFields) {
        appendVEX(
            instruction.prefix, instruction.map, w: instruction.vexW, length: fields.width.rawValue,
            reg: fields.reg, second: fields.second, fields.operand)
    }

    /// Appends the prefix of two bytes, or of three where two cannot say it.
    mutating func appendVEX(
        _ prefix: MandatoryPrefix, _ map: OpcodeMap, w: UInt8, length: UInt8, reg: UInt8, second: UInt8,
        _ operand: RegisterOrMemory
    ) {
        // The extra bits of the registers' numbers are stored inverted.
        let r = ~reg << 4 & 0x80
        let x = ~operand.index << 3 & 0x40
        let b = ~operand.number << 2 & 0x20
        let last = ~second << 3 & 0x78 | length << 2 | prefix.rawValue
        if map == .x0F, w == 0, x != 0, b != 0 {
            code += [0xC5, r | last]
        } else {
            code += [0xC4, r | x | b | map.rawValue, w << 7 | last]
        }
    }

    /// Appends the prefix of four bytes.
    private mutating func appendEVEX(
        _ instruction: VectorInstruction, _ fields: VectorFields, isBroadcast: Bool
    ) {
        let operand = fields.operand
        let r = ~fields.reg << 4 & 0x80
        let high = ~fields.reg & 0x10
        let b = ~operand.number << 2 & 0x20
        // Bit 4 of a register in `r/m` has the place of the index; of an index, that of the second source.
        var x = ~operand.index << 3 & 0x40
        var second = ~fields.second
        switch operand {
        case .register(let number): x = ~number << 2 & 0x40
        case .memory(let memory):
            if let index = memory.vectorIndex { second = ~(fields.second | index.number & 0x10) }
        }
        let mask = fields.mask?.number ?? 0
        code += [
            0x62, r | x | b | high | instruction.map.rawValue,
            instruction.evexW << 7 | second << 3 & 0x78 | 4 | instruction.prefix.rawValue,
            (fields.zeroing ? 0x80 : 0) | fields.width.rawValue << 5 | (isBroadcast ? 0x10 : 0)
                | second >> 1 & 8 | mask,
        ]
    }
}

extension VectorFields {
    /// Whether one element of memory is to be broadcast.
    var isBroadcast: Bool { if case .memory(let memory) = operand { memory.isBroadcast } else { false } }

    /// The highest number of a vector register; those above 15 need EVEX.
    var highestVector: UInt8 {
        switch operand {
        case .register(let number): max(reg, second, number)
        case .memory(let memory): max(reg, second, memory.vectorIndex?.number ?? 0)
        }
    }

    /// Why only EVEX can say it, in words.
    var reason: String {
        if width == .x512 { return "a zmm register" }
        if mask != nil { return "a mask" }
        if isBroadcast { return "an operand that is broadcast" }
        return "register \(highestVector)"
    }
}
