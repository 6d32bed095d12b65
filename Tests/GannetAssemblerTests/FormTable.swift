import GannetAssembler

/// One way to write an instruction: how its text looks and which method encodes it.
struct InstructionForm {
    typealias Encode = (inout Assembler, Operands) -> Void

    /// The method's name.
    let method: String
    let slots: [OperandSlot]
    let traits: Traits
    let isOfAVX2: Bool
    let text: (Operands) -> String
    let encode: Encode
}

/// All instructions that are compared, each with its text. What is here comes from Intel's manual and GNU's
/// documentation, not from the encoder.
struct FormTable {
    private(set) var forms: [InstructionForm] = []

    /// The table with all rows.
    static var all: FormTable {
        var table = FormTable()
        table.addGeneral()
        table.addMoves()
        table.addFloat()
        table.addPermutations()
        table.addFusedMultiplyAdd()
        table.addInteger()
        table.addIntegerPermutations()
        table.addComparisons()
        table.addConversions()
        table.addMasks()
        table.addGathers()
        return table
    }

    /// Adds an instruction by its operands.
    mutating func add(
        _ method: String, _ slots: [OperandSlot], _ traits: Traits = Traits(), mnemonic: String? = nil,
        isOfAVX2: Bool? = nil, text: ((Operands) -> String)? = nil, _ encode: @escaping InstructionForm.Encode
    ) {
        let mnemonic = mnemonic ?? method
        let plain: (Operands) -> String = { o in
            let size = traits.size(o.width, o.isBroadcast)
            var texts = slots.map { OperandText.text($0, o, size: size) }
            if let mask = o.mask {
                texts[0] += "{\(OperandText.name(mask))}" + (o.zeroing ? "{z}" : "")
            }
            let name = traits.evexName.map { o.needEVEX(slots) ? $0 : mnemonic } ?? mnemonic
            return name + " " + texts.joined(separator: ", ")
        }
        forms.append(
            InstructionForm(
                method: method, slots: slots, traits: traits,
                isOfAVX2: isOfAVX2 ?? (traits.encodings != .evex), text: text ?? plain, encode: encode))
    }

    /// Adds an instruction of a result and two sources.
    mutating func three(
        _ method: String, _ encodings: Traits.Encodings = .both, immediate: ClosedRange<Int>? = nil,
        change: (inout Traits) -> Void = { _ in }, _ encode: @escaping InstructionForm.Encode
    ) {
        add(
            method, [.result, .a, .b] + (immediate == nil ? [] : [.immediate]),
            Self.traits(encodings, immediate, change), encode)
    }

    /// Adds an instruction of a result and a source.
    mutating func two(
        _ method: String, _ encodings: Traits.Encodings = .both, immediate: ClosedRange<Int>? = nil,
        change: (inout Traits) -> Void = { _ in }, _ encode: @escaping InstructionForm.Encode
    ) {
        add(
            method, [.result, .b] + (immediate == nil ? [] : [.immediate]),
            Self.traits(encodings, immediate, change), encode)
    }

    /// Adds an instruction whose result can lie in memory.
    mutating func reversed(
        _ method: String, _ encodings: Traits.Encodings = .both, immediate: ClosedRange<Int>? = nil,
        change: (inout Traits) -> Void = { _ in }, _ encode: @escaping InstructionForm.Encode
    ) {
        add(
            method, [.b, .a] + (immediate == nil ? [] : [.immediate]),
            Self.traits(encodings, immediate) {
                $0.broadcast = nil
                change(&$0)
            }, encode)
    }

    /// Adds a comparison that leaves a mask.
    mutating func compare(
        _ method: String, _ predicate: [OperandSlot] = [], _ encode: @escaping InstructionForm.Encode
    ) {
        add(
            method, [.k, .a, .b] + predicate, Self.traits(.evex, nil) { $0.zeroes = false }, encode)
    }

    /// What most vector instructions have in common: elements of 32 bits that can be broadcast and masked.
    static func traits(
        _ encodings: Traits.Encodings = .both, _ immediate: ClosedRange<Int>? = nil,
        _ change: (inout Traits) -> Void = { _ in }
    ) -> Traits {
        var traits = Traits()
        traits.encodings = encodings
        if encodings != .vex {
            traits.broadcast = 4
            traits.isMasked = true
            traits.zeroes = true
        } else {
            traits.widths = [.x128, .x256]
        }
        if let immediate { traits.immediates = .range(immediate) }
        change(&traits)
        return traits
    }
}

extension Traits {
    /// Changes for elements of 64 bits.
    static func wide(_ traits: inout Traits) { traits.broadcast = 8 }
    /// Changes for instructions that cannot broadcast.
    static func unbroadcast(_ traits: inout Traits) { traits.broadcast = nil }
    /// Changes for instructions on one element.
    static func scalar(_ traits: inout Traits) {
        traits.broadcast = nil
        traits.widths = [.x128]
    }
    /// Changes for instructions that 128 bits are too few for.
    static func atLeast256(_ traits: inout Traits) { traits.widths.removeAll { $0 == .x128 } }
    /// Changes for an operand that is half as wide as the vectors.
    static func half(_ traits: inout Traits) {
        traits.broadcast = nil
        traits.operand = { $0 == .x512 ? .x256 : .x128 }
    }
    /// Changes for an operand that is a quarter as wide as the vectors.
    static func quarter(_ traits: inout Traits) {
        traits.broadcast = nil
        traits.operand = { _ in .x128 }
    }
}
