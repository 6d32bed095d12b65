import GannetAssembler

/// Loads, stores, copies and broadcasts.
extension FormTable {
    mutating func addMoves() {
        two("vmovups", change: Traits.unbroadcast) {
            $0.vmovups($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        reversed("vmovups", change: Traits.stores) { $0.vmovups($1.memory, $1.a, mask: $1.mask) }
        two("vmovaps", change: Traits.unbroadcast) {
            $0.vmovaps($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        reversed("vmovaps", change: Traits.stores) { $0.vmovaps($1.memory, $1.a, mask: $1.mask) }
        two("vmovdqu", change: Traits.integerMove) {
            $0.vmovdqu($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        reversed("vmovdqu", change: Traits.integerStore) { $0.vmovdqu($1.memory, $1.a, mask: $1.mask) }
        two("vmovdqu32", .evex, change: Traits.unbroadcast) {
            $0.vmovdqu32($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        reversed("vmovdqu32", .evex, change: Traits.stores) { $0.vmovdqu32($1.memory, $1.a, mask: $1.mask) }
        reversed("vmovntps", change: Traits.unmaskedStore) { $0.vmovntps($1.memory, $1.a) }
        two("vmovss", change: Traits.scalarMemory) {
            $0.vmovss($1.result, $1.memory, mask: $1.mask, zeroing: $1.zeroing)
        }
        reversed("vmovss", change: Traits.scalarMemory) { $0.vmovss($1.memory, $1.a, mask: $1.mask) }
        add("vmovd", [.result, .general32], .unmaskedScalar) { $0.vmovd($1.result, $1.general) }
        add("vmovd", [.result, .memory], .unmaskedScalar) { $0.vmovd($1.result, $1.memory) }
        add("vmovd", [.general32, .result], .unmaskedScalar) { $0.vmovd($1.general, $1.result) }
        add("vmovd", [.memory, .result], .unmaskedScalar) { $0.vmovd($1.memory, $1.result) }
        add("vmovq", [.result, .general], .unmaskedScalar) { $0.vmovq($1.result, $1.general) }
        add("vmovq", [.result, .memory], .unmaskedScalar) { $0.vmovq($1.result, $1.memory) }
        add("vmovq", [.general, .result], .unmaskedScalar) { $0.vmovq($1.general, $1.result) }
        add("vmovq", [.memory, .result], .unmaskedScalar) { $0.vmovq($1.memory, $1.result) }
        two("vbroadcastss", change: Traits.quarter) {
            $0.vbroadcastss($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vpbroadcastd", change: Traits.quarter) {
            $0.vpbroadcastd($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        add("vpbroadcastd", [.result, .general32], Self.traits(.evex)) {
            $0.vpbroadcastd($1.result, $1.general, mask: $1.mask, zeroing: $1.zeroing)
        }
        add("vbroadcastf128", [.result, .memory], Self.traits(.vex, nil, Traits.atLeast256)) {
            $0.vbroadcastf128($1.result, $1.memory)
        }
        add("vbroadcastf32x4", [.result, .memory], Self.traits(.evex, nil, Traits.blockBroadcast)) {
            $0.vbroadcastf32x4($1.result, $1.memory, mask: $1.mask, zeroing: $1.zeroing)
        }
        add("vmaskmovps", [.result, .selector, .memory], Self.traits(.vex)) {
            $0.vmaskmovps($1.result, $1.selector, $1.memory)
        }
        add("vmaskmovps", [.memory, .selector, .a], Self.traits(.vex)) {
            $0.vmaskmovps($1.memory, $1.selector, $1.a)
        }
        add("vmovmskps", [.general32, .a], Self.traits(.vex)) { $0.vmovmskps($1.general, $1.a) }
    }
}

extension Traits {
    /// Changes for stores.
    fileprivate static func stores(_ traits: inout Traits) {
        traits.broadcast = nil
        traits.isMemoryOnly = true
        traits.zeroes = false
    }

    /// Changes for stores that take no mask.
    fileprivate static func unmaskedStore(_ traits: inout Traits) {
        stores(&traits)
        traits.isMasked = false
    }

    /// Changes for moves of integers, which have another name with EVEX.
    fileprivate static func integerMove(_ traits: inout Traits) {
        traits.broadcast = nil
        traits.evexName = "vmovdqu32"
    }

    /// Changes for stores of integers.
    fileprivate static func integerStore(_ traits: inout Traits) {
        stores(&traits)
        traits.evexName = "vmovdqu32"
    }

    /// Changes for loads and stores of one element.
    fileprivate static func scalarMemory(_ traits: inout Traits) {
        scalar(&traits)
        traits.isMemoryOnly = true
    }

    /// Changes for 128 bits that are broadcast.
    fileprivate static func blockBroadcast(_ traits: inout Traits) {
        traits.broadcast = nil
        atLeast256(&traits)
    }

    /// Moves of one element with no mask.
    fileprivate static var unmaskedScalar: Traits {
        FormTable.traits {
            scalar(&$0)
            $0.isMasked = false
        }
    }
}
