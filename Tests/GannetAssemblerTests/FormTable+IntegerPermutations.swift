import GannetAssembler

/// Permutations and changes of the width of integers.
extension FormTable {
    mutating func addIntegerPermutations() {
        two("vpshufd", immediate: 0...255) {
            $0.vpshufd($1.result, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpunpckldq") { $0.vpunpckldq($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpunpckhdq") { $0.vpunpckhdq($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpunpcklqdq", change: Traits.wide) {
            $0.vpunpcklqdq($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpunpckhqdq", change: Traits.wide) {
            $0.vpunpckhqdq($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpblendd", .vex, immediate: 0...255) { $0.vpblendd($1.result, $1.a, $1.b, $1.immediate) }
        three("vpblendmd", .evex) { $0.vpblendmd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpermd", change: Traits.atLeast256) {
            $0.vpermd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vpermq", immediate: 0...255, change: Traits.wideAtLeast256) {
            $0.vpermq($1.result, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpermi2ps", .evex) { $0.vpermi2ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpermt2ps", .evex) { $0.vpermt2ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpermi2d", .evex) { $0.vpermi2d($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpermt2d", .evex) { $0.vpermt2d($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("valignd", .evex, immediate: 0...255) {
            $0.valignd($1.result, $1.a, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vpmovzxbd", change: Traits.quarter) {
            $0.vpmovzxbd($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vpmovsxbd", change: Traits.quarter) {
            $0.vpmovsxbd($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vpmovzxwd", change: Traits.half) {
            $0.vpmovzxwd($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vpmovsxwd", change: Traits.half) {
            $0.vpmovsxwd($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        reversed("vpmovdb", .evex, change: Traits.quarter) {
            $0.vpmovdb($1.b, $1.a, mask: $1.mask, zeroing: !$1.isMemory && $1.zeroing)
        }
        reversed("vpmovdw", .evex, change: Traits.half) {
            $0.vpmovdw($1.b, $1.a, mask: $1.mask, zeroing: !$1.isMemory && $1.zeroing)
        }
        three("vpackusdw") { $0.vpackusdw($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpackssdw") { $0.vpackssdw($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpackuswb", change: Traits.unbroadcast) {
            $0.vpackuswb($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpacksswb", change: Traits.unbroadcast) {
            $0.vpacksswb($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpshufb", change: Traits.unbroadcast) {
            $0.vpshufb($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
    }
}

extension Traits {
    /// Changes for elements of 64 bits that 128 bits are too few for.
    fileprivate static func wideAtLeast256(_ traits: inout Traits) {
        wide(&traits)
        atLeast256(&traits)
    }
}
