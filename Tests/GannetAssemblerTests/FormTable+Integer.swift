import GannetAssembler

/// Arithmetic, logic and shifts of integers.
extension FormTable {
    mutating func addInteger() {
        three("vpaddd") { $0.vpaddd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpsubd") { $0.vpsubd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpmulld") { $0.vpmulld($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpmuludq", change: Traits.wide) {
            $0.vpmuludq($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpmuldq", change: Traits.wide) {
            $0.vpmuldq($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpaddq", change: Traits.wide) {
            $0.vpaddq($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpand", change: Traits.named("vpandd")) {
            $0.vpand($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpandn", change: Traits.named("vpandnd")) {
            $0.vpandn($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpor", change: Traits.named("vpord")) {
            $0.vpor($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpxor", change: Traits.named("vpxord")) {
            $0.vpxor($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpternlogd", .evex, immediate: 0...255) {
            $0.vpternlogd($1.result, $1.a, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpminsd") { $0.vpminsd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpmaxsd") { $0.vpmaxsd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpminud") { $0.vpminud($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpmaxud") { $0.vpmaxud($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vpabsd") { $0.vpabsd($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vpslld", immediate: 0...255, change: Traits.shift) {
            $0.vpslld($1.result, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vpsrld", immediate: 0...255, change: Traits.shift) {
            $0.vpsrld($1.result, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vpsrad", immediate: 0...255, change: Traits.shift) {
            $0.vpsrad($1.result, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vpsllq", immediate: 0...255, change: Traits.shift64) {
            $0.vpsllq($1.result, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vpsrlq", immediate: 0...255, change: Traits.shift64) {
            $0.vpsrlq($1.result, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vprold", .evex, immediate: 0...255, change: Traits.shift) {
            $0.vprold($1.result, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vprord", .evex, immediate: 0...255, change: Traits.shift) {
            $0.vprord($1.result, $1.b, $1.immediate, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vpsllvd") { $0.vpsllvd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpsrlvd") { $0.vpsrlvd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vpsravd") { $0.vpsravd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vprolvd", .evex) { $0.vprolvd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vprorvd", .evex) { $0.vprorvd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
    }
}

extension Traits {
    /// Changes for another name with EVEX.
    fileprivate static func named(_ name: String) -> (inout Traits) -> Void { { $0.evexName = name } }

    /// Changes for shifts by a number.
    fileprivate static func shift(_ traits: inout Traits) { traits.memoryNeedsEVEX = true }

    /// Changes for shifts of 64 bits by a number.
    fileprivate static func shift64(_ traits: inout Traits) {
        wide(&traits)
        traits.memoryNeedsEVEX = true
    }
}
