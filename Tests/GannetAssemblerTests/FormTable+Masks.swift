import GannetAssembler

/// Instructions on masks.
extension FormTable {
    mutating func addMasks() {
        mask("kmovb", [.k, .k2]) { $0.kmovb($1.k, $1.k2) }
        mask("kmovb", [.k, .memory]) { $0.kmovb($1.k, $1.memory) }
        mask("kmovb", [.memory, .k]) { $0.kmovb($1.memory, $1.k) }
        mask("kmovb", [.k, .general32]) { $0.kmovb($1.k, $1.general) }
        mask("kmovb", [.general32, .k]) { $0.kmovb($1.general, $1.k) }
        mask("kmovw", [.k, .k2]) { $0.kmovw($1.k, $1.k2) }
        mask("kmovw", [.k, .memory]) { $0.kmovw($1.k, $1.memory) }
        mask("kmovw", [.memory, .k]) { $0.kmovw($1.memory, $1.k) }
        mask("kmovw", [.k, .general32]) { $0.kmovw($1.k, $1.general) }
        mask("kmovw", [.general32, .k]) { $0.kmovw($1.general, $1.k) }
        mask("kmovd", [.k, .k2]) { $0.kmovd($1.k, $1.k2) }
        mask("kmovd", [.k, .memory]) { $0.kmovd($1.k, $1.memory) }
        mask("kmovd", [.memory, .k]) { $0.kmovd($1.memory, $1.k) }
        mask("kmovd", [.k, .general32]) { $0.kmovd($1.k, $1.general) }
        mask("kmovd", [.general32, .k]) { $0.kmovd($1.general, $1.k) }
        mask("kmovq", [.k, .k2]) { $0.kmovq($1.k, $1.k2) }
        mask("kmovq", [.k, .memory]) { $0.kmovq($1.k, $1.memory) }
        mask("kmovq", [.memory, .k]) { $0.kmovq($1.memory, $1.k) }
        mask("kmovq", [.k, .general]) { $0.kmovq($1.k, $1.general) }
        mask("kmovq", [.general, .k]) { $0.kmovq($1.general, $1.k) }
        mask("kandw", [.k, .k2, .k3]) { $0.kandw($1.k, $1.k2, $1.k3) }
        mask("kandnw", [.k, .k2, .k3]) { $0.kandnw($1.k, $1.k2, $1.k3) }
        mask("korw", [.k, .k2, .k3]) { $0.korw($1.k, $1.k2, $1.k3) }
        mask("kxnorw", [.k, .k2, .k3]) { $0.kxnorw($1.k, $1.k2, $1.k3) }
        mask("kxorw", [.k, .k2, .k3]) { $0.kxorw($1.k, $1.k2, $1.k3) }
        mask("kunpckbw", [.k, .k2, .k3]) { $0.kunpckbw($1.k, $1.k2, $1.k3) }
        mask("kunpckwd", [.k, .k2, .k3]) { $0.kunpckwd($1.k, $1.k2, $1.k3) }
        mask("knotw", [.k, .k2]) { $0.knotw($1.k, $1.k2) }
        mask("kortestw", [.k, .k2]) { $0.kortestw($1.k, $1.k2) }
        mask("kshiftlw", [.k, .k2, .immediate]) { $0.kshiftlw($1.k, $1.k2, $1.immediate) }
        mask("kshiftrw", [.k, .k2, .immediate]) { $0.kshiftrw($1.k, $1.k2, $1.immediate) }
        add("vpmovm2d", [.result, .k], .unmasked) { $0.vpmovm2d($1.result, $1.k) }
        add("vpmovd2m", [.k, .a], .unmasked) { $0.vpmovd2m($1.k, $1.a) }
    }

    /// Adds an instruction that takes no vectors.
    private mutating func mask(
        _ method: String, _ slots: [OperandSlot], _ encode: @escaping InstructionForm.Encode
    ) { add(method, slots, .immediates(.range(0...15)), isOfAVX2: false, encode) }
}

extension Traits {
    /// What takes vectors but no mask on top of its operands.
    fileprivate static var unmasked: Traits { FormTable.traits(.evex) { $0.isMasked = false } }
}
