import GannetAssembler

/// Instructions on general registers.
extension FormTable {
    mutating func addGeneral() {
        add("mov", [.general, .general2]) { $0.mov($1.general, $1.general2) }
        add("mov", [.general, .immediate], .immediates(.any), text: Self.moveText) {
            $0.mov($1.general, $1.immediate)
        }
        add("mov", [.general, .memory]) { $0.mov($1.general, $1.memory) }
        add("mov", [.memory, .general]) { $0.mov($1.memory, $1.general) }
        add("mov", [.memory, .immediate], .immediates(.signed, size: "qword ptr ")) {
            $0.mov($1.memory, $1.immediate)
        }
        add("mov32", [.general32, .general2As32], mnemonic: "mov") { $0.mov32($1.general, $1.general2) }
        add("mov32", [.general32, .immediate], .immediates(.word), mnemonic: "mov") {
            $0.mov32($1.general, $1.immediate)
        }
        add("mov32", [.general32, .memory], mnemonic: "mov") { $0.mov32($1.general, $1.memory) }
        add("mov32", [.memory, .general32], mnemonic: "mov") { $0.mov32($1.memory, $1.general) }
        add("mov32", [.memory, .immediate], .immediates(.word, size: "dword ptr "), mnemonic: "mov") {
            $0.mov32($1.memory, $1.immediate)
        }
        add("movsxd", [.general, .general2As32]) { $0.movsxd($1.general, $1.general2) }
        add("movsxd", [.general, .memory], .sized("dword ptr ")) { $0.movsxd($1.general, $1.memory) }
        add("movzx8", [.general32, .memory], .sized("byte ptr "), mnemonic: "movzx") {
            $0.movzx8($1.general, $1.memory)
        }
        add("movzx16", [.general32, .memory], .sized("word ptr "), mnemonic: "movzx") {
            $0.movzx16($1.general, $1.memory)
        }
        add("mov8", [.memory, .general8], mnemonic: "mov") { $0.mov8($1.memory, $1.general) }
        add("mov16", [.memory, .general16], mnemonic: "mov") { $0.mov16($1.memory, $1.general) }
        add("cmov", [], text: Self.conditionalMoveText) {
            $0.cmov(if: $1.condition, $1.general, $1.general2)
        }
        add("lea", [.general, .memory]) { $0.lea($1.general, $1.memory) }
        add("add", [.general, .general2]) { $0.add($1.general, $1.general2) }
        add("add", [.general, .immediate], .immediates(.signed)) { $0.add($1.general, $1.immediate) }
        add("add", [.general, .memory]) { $0.add($1.general, $1.memory) }
        add("add", [.memory, .general]) { $0.add($1.memory, $1.general) }
        add("add", [.memory, .immediate], .immediates(.signed, size: "qword ptr ")) {
            $0.add($1.memory, $1.immediate)
        }
        add("sub", [.general, .general2]) { $0.sub($1.general, $1.general2) }
        add("sub", [.general, .immediate], .immediates(.signed)) { $0.sub($1.general, $1.immediate) }
        add("sub", [.general, .memory]) { $0.sub($1.general, $1.memory) }
        add("sub", [.memory, .general]) { $0.sub($1.memory, $1.general) }
        add("sub", [.memory, .immediate], .immediates(.signed, size: "qword ptr ")) {
            $0.sub($1.memory, $1.immediate)
        }
        add("and", [.general, .general2]) { $0.and($1.general, $1.general2) }
        add("and", [.general, .immediate], .immediates(.signed)) { $0.and($1.general, $1.immediate) }
        add("and", [.general, .memory]) { $0.and($1.general, $1.memory) }
        add("and", [.memory, .general]) { $0.and($1.memory, $1.general) }
        add("and", [.memory, .immediate], .immediates(.signed, size: "qword ptr ")) {
            $0.and($1.memory, $1.immediate)
        }
        add("or", [.general, .general2]) { $0.or($1.general, $1.general2) }
        add("or", [.general, .immediate], .immediates(.signed)) { $0.or($1.general, $1.immediate) }
        add("or", [.general, .memory]) { $0.or($1.general, $1.memory) }
        add("or", [.memory, .general]) { $0.or($1.memory, $1.general) }
        add("or", [.memory, .immediate], .immediates(.signed, size: "qword ptr ")) {
            $0.or($1.memory, $1.immediate)
        }
        add("xor", [.general, .general2]) { $0.xor($1.general, $1.general2) }
        add("xor", [.general, .immediate], .immediates(.signed)) { $0.xor($1.general, $1.immediate) }
        add("xor", [.general, .memory]) { $0.xor($1.general, $1.memory) }
        add("xor", [.memory, .general]) { $0.xor($1.memory, $1.general) }
        add("xor", [.memory, .immediate], .immediates(.signed, size: "qword ptr ")) {
            $0.xor($1.memory, $1.immediate)
        }
        add("cmp", [.general, .general2]) { $0.cmp($1.general, $1.general2) }
        add("cmp", [.general, .immediate], .immediates(.signed)) { $0.cmp($1.general, $1.immediate) }
        add("cmp", [.general, .memory]) { $0.cmp($1.general, $1.memory) }
        add("cmp", [.memory, .general]) { $0.cmp($1.memory, $1.general) }
        add("cmp", [.memory, .immediate], .immediates(.signed, size: "qword ptr ")) {
            $0.cmp($1.memory, $1.immediate)
        }
        add("test", [.general, .general2]) { $0.test($1.general, $1.general2) }
        add("test", [.general, .immediate], .immediates(.signed)) { $0.test($1.general, $1.immediate) }
        add("imul", [.general, .general2]) { $0.imul($1.general, $1.general2) }
        add("imul", [.general, .memory]) { $0.imul($1.general, $1.memory) }
        add("imul", [.general, .general2, .immediate], .immediates(.signed)) {
            $0.imul($1.general, $1.general2, $1.immediate)
        }
        add("neg", [.general]) { $0.neg($1.general) }
        add("not", [.general]) { $0.not($1.general) }
        add("inc", [.general]) { $0.inc($1.general) }
        add("dec", [.general]) { $0.dec($1.general) }
        add("push", [.general]) { $0.push($1.general) }
        add("pop", [.general]) { $0.pop($1.general) }
        add("call", [.general]) { $0.call($1.general) }
        add("jmp", [.general]) { $0.jmp($1.general) }
        add("shl", [.general, .immediate], .immediates(.range(0...63))) { $0.shl($1.general, $1.immediate) }
        add("shr", [.general, .immediate], .immediates(.range(0...63))) { $0.shr($1.general, $1.immediate) }
        add("sar", [.general, .immediate], .immediates(.range(0...63))) { $0.sar($1.general, $1.immediate) }
        add("prefetcht0", [.memory]) { $0.prefetcht0($1.memory) }
        add("prefetcht1", [.memory]) { $0.prefetcht1($1.memory) }
        add("prefetchnta", [.memory]) { $0.prefetchnta($1.memory) }
        add("prefetchw", [.memory]) { $0.prefetchw($1.memory) }
        add("ret", []) { a, _ in a.ret() }
        add("nop", []) { a, _ in a.nop() }
        add("int3", []) { a, _ in a.int3() }
        add("vzeroupper", []) { a, _ in a.vzeroupper() }
    }

    /// A conditional move: the condition is a part of the mnemonic.
    private static func conditionalMoveText(_ o: Operands) -> String {
        "cmov\(OperandText.suffix(o.condition)) \(OperandText.name(o.general)), \(OperandText.name(o.general2))"
    }

    /// The shortest move of a number: GNU's assembler only looks for it where it is asked to optimise.
    private static func moveText(_ o: Operands) -> String {
        if UInt32(exactly: o.immediate) != nil {
            return "mov \(OperandText.name(o.general, is32: true)), \(o.immediate)"
        }
        let mnemonic = Int32(exactly: o.immediate) == nil ? "movabs" : "mov"
        return "\(mnemonic) \(OperandText.name(o.general)), \(o.immediate)"
    }
}

extension Traits {
    /// What takes a number, and perhaps memory of a size that has to be written.
    static func immediates(_ immediates: Immediates, size: String = "") -> Traits {
        var traits = Traits.sized(size)
        traits.immediates = immediates
        return traits
    }

    /// What takes memory of a size that has to be written.
    static func sized(_ size: String) -> Traits {
        var traits = Traits()
        traits.size = { _, _ in size }
        return traits
    }
}
