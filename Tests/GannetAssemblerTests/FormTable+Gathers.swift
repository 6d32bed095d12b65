import GannetAssembler

/// Loads from many places.
extension FormTable {
    mutating func addGathers() {
        add("vpgatherdd", [.result, .memory, .selector], Self.traits(.vex) { $0.gathers = true }) {
            $0.vpgatherdd($1.result, $1.memory, $1.selector)
        }
        add("vpgatherdd", [.result, .memory], Self.traits(.evex, nil, Traits.maskedGather)) {
            $0.vpgatherdd($1.result, $1.memory, mask: $1.mask!)
        }
        add("vgatherdps", [.result, .memory, .selector], Self.traits(.vex) { $0.gathers = true }) {
            $0.vgatherdps($1.result, $1.memory, $1.selector)
        }
        add("vgatherdps", [.result, .memory], Self.traits(.evex, nil, Traits.maskedGather)) {
            $0.vgatherdps($1.result, $1.memory, mask: $1.mask!)
        }
    }
}

extension Traits {
    /// Changes for gathers with a mask.
    fileprivate static func maskedGather(_ traits: inout Traits) {
        traits.broadcast = nil
        traits.zeroes = false
        traits.needsMask = true
        traits.gathers = true
    }
}
