import GannetAssembler

/// Conversions between integers and floating-point numbers.
extension FormTable {
    mutating func addConversions() {
        two("vcvtdq2ps") { $0.vcvtdq2ps($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vcvtps2dq") { $0.vcvtps2dq($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vcvttps2dq") { $0.vcvttps2dq($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vcvtudq2ps", .evex) { $0.vcvtudq2ps($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vcvtps2udq", .evex) { $0.vcvtps2udq($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vcvttps2udq", .evex) { $0.vcvttps2udq($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vcvtph2ps", change: Traits.half) {
            $0.vcvtph2ps($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        two("vcvtps2pd", change: Traits.halfBroadcast) {
            $0.vcvtps2pd($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        reversed("vcvtps2ph", immediate: 0...255, change: Traits.half) {
            $0.vcvtps2ph($1.b, $1.a, $1.immediate, mask: $1.mask, zeroing: !$1.isMemory && $1.zeroing)
        }
        add("vcvtpd2ps", [.narrow, .a], Self.traits()) {
            $0.vcvtpd2ps($1.narrow, $1.a, mask: $1.mask, zeroing: $1.zeroing)
        }
        add("vcvtpd2ps", [.narrow, .b], Self.traits(.both, nil, Traits.narrowed)) {
            $0.vcvtpd2ps($1.narrow, $1.memory, width: $1.width, mask: $1.mask, zeroing: $1.zeroing)
        }
        add("vcvtsi2ss", [.result, .a, .general], .fromInteger("")) {
            $0.vcvtsi2ss($1.result, $1.a, $1.general)
        }
        add("vcvtsi2ss", [.result, .a, .memory], .fromInteger("qword ptr ")) {
            $0.vcvtsi2ss($1.result, $1.a, $1.memory)
        }
        add("vcvtsi2ss32", [.result, .a, .general32], .fromInteger(""), mnemonic: "vcvtsi2ss") {
            $0.vcvtsi2ss32($1.result, $1.a, $1.general)
        }
        add("vcvtsi2ss32", [.result, .a, .memory], .fromInteger("dword ptr "), mnemonic: "vcvtsi2ss") {
            $0.vcvtsi2ss32($1.result, $1.a, $1.memory)
        }
    }
}

extension Traits {
    /// Changes for results of 64 bits from elements of 32, which can be broadcast.
    fileprivate static func halfBroadcast(_ traits: inout Traits) {
        half(&traits)
        traits.broadcast = 8
    }

    /// Changes for results of 32 bits from elements of 64 in memory, whose width has to be written.
    fileprivate static func narrowed(_ traits: inout Traits) {
        traits.broadcast = 8
        traits.isMemoryOnly = true
        traits.size = { width, isBroadcast in
            if isBroadcast { return "qword ptr " }
            switch width {
            case .x128: return "xmmword ptr "
            case .x256: return "ymmword ptr "
            case .x512: return "zmmword ptr "
            }
        }
    }

    /// One number from an integer in memory of a size that has to be written.
    fileprivate static func fromInteger(_ size: String) -> Traits {
        FormTable.traits {
            scalar(&$0)
            $0.isMasked = false
            $0.size = { _, _ in size }
        }
    }
}
