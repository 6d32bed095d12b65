import GannetAssembler

/// Roundings, parts and permutations of `float32`.
extension FormTable {
    mutating func addPermutations() {
        two("vroundps", .vex, immediate: 0...255) { $0.vroundps($1.result, $1.b, $1.immediate) }
        two("vrndscaleps", .evex, immediate: 0...255) {
            $0.vrndscaleps($1.result, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vgetexpps", .evex) { $0.vgetexpps($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vgetmantps", .evex, immediate: 0...255) {
            $0.vgetmantps($1.result, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vscalefps", .evex) { $0.vscalefps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vrcp14ps", .evex) { $0.vrcp14ps($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vrsqrt14ps", .evex) { $0.vrsqrt14ps($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfixupimmps", .evex, immediate: 0...255) {
            $0.vfixupimmps($1.result, $1.a, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        add("vblendvps", [.result, .a, .b, .selector], Self.traits(.vex)) {
            $0.vblendvps($1.result, $1.a, $1.b, $1.selector)
        }
        three("vblendmps", .evex) { $0.vblendmps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vmovshdup", change: Traits.unbroadcast) {
            $0.vmovshdup($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vmovsldup", change: Traits.unbroadcast) {
            $0.vmovsldup($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vunpcklps") { $0.vunpcklps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vunpckhps") { $0.vunpckhps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vshufps", immediate: 0...255) {
            $0.vshufps($1.result, $1.a, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vpermilps", immediate: 0...255) {
            $0.vpermilps($1.result, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpermps", change: Traits.atLeast256) {
            $0.vpermps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vperm2f128", .vex, immediate: 0...255, change: Traits.atLeast256) {
            $0.vperm2f128($1.result, $1.a, $1.b, $1.immediate)
        }
        three("vshuff32x4", .evex, immediate: 0...255, change: Traits.atLeast256) {
            $0.vshuff32x4($1.result, $1.a, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vinsertf128", .vex, immediate: 0...1, change: Traits.part128) {
            $0.vinsertf128($1.result, $1.a, $1.b, $1.immediate)
        }
        three("vinsertf32x4", .evex, immediate: 0...3, change: Traits.part128) {
            $0.vinsertf32x4($1.result, $1.a, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vinsertf32x8", .evex, immediate: 0...1, change: Traits.part256) {
            $0.vinsertf32x8($1.result, $1.a, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        reversed("vextractf128", .vex, immediate: 0...1, change: Traits.part128) {
            $0.vextractf128($1.b, $1.a, $1.immediate)
        }
        reversed("vextractf32x4", .evex, immediate: 0...3, change: Traits.part128) {
            $0.vextractf32x4($1.b, $1.a, $1.immediate, mask: $1.mask, zeroing: !$1.isMemory && $1.zeroing)
        }
        reversed("vextractf32x8", .evex, immediate: 0...1, change: Traits.part256) {
            $0.vextractf32x8($1.b, $1.a, $1.immediate, mask: $1.mask, zeroing: !$1.isMemory && $1.zeroing)
        }
        reversed("vextractf64x4", .evex, immediate: 0...1, change: Traits.part256) {
            $0.vextractf64x4($1.b, $1.a, $1.immediate, mask: $1.mask, zeroing: !$1.isMemory && $1.zeroing)
        }
    }
}

extension Traits {
    /// Changes for an operand of 128 bits that is a part of a vector.
    fileprivate static func part128(_ traits: inout Traits) {
        quarter(&traits)
        atLeast256(&traits)
    }

    /// Changes for an operand of 256 bits that is a part of a vector.
    fileprivate static func part256(_ traits: inout Traits) {
        half(&traits)
        traits.widths = [.x512]
    }
}
