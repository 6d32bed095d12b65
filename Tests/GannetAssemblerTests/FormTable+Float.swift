import GannetAssembler

/// Arithmetic of `float32` and `float64`.
extension FormTable {
    mutating func addFloat() {
        three("vaddps") { $0.vaddps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vsubps") { $0.vsubps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vmulps") { $0.vmulps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vdivps") { $0.vdivps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vminps") { $0.vminps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vmaxps") { $0.vmaxps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        two("vsqrtps") { $0.vsqrtps($1.result, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vaddpd", change: Traits.wide) {
            $0.vaddpd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vsubpd", change: Traits.wide) {
            $0.vsubpd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vmulpd", change: Traits.wide) {
            $0.vmulpd($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vaddss", change: Traits.scalar) {
            $0.vaddss($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vsubss", change: Traits.scalar) {
            $0.vsubss($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vmulss", change: Traits.scalar) {
            $0.vmulss($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vdivss", change: Traits.scalar) {
            $0.vdivss($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vsqrtss", change: Traits.scalar) {
            $0.vsqrtss($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vandps") { $0.vandps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vandnps") { $0.vandnps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vorps") { $0.vorps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vxorps") { $0.vxorps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
    }
}
