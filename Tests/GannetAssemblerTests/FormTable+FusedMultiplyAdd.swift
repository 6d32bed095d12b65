import GannetAssembler

/// Products that are added to without being rounded.
extension FormTable {
    mutating func addFusedMultiplyAdd() {
        three("vfmadd132ps") { $0.vfmadd132ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfmadd213ps") { $0.vfmadd213ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfmadd231ps") { $0.vfmadd231ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfmsub132ps") { $0.vfmsub132ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfmsub213ps") { $0.vfmsub213ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfmsub231ps") { $0.vfmsub231ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfnmadd132ps") { $0.vfnmadd132ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfnmadd213ps") { $0.vfnmadd213ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfnmadd231ps") { $0.vfnmadd231ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfnmsub132ps") { $0.vfnmsub132ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfnmsub213ps") { $0.vfnmsub213ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfnmsub231ps") { $0.vfnmsub231ps($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing) }
        three("vfmadd132ss", change: Traits.scalar) {
            $0.vfmadd132ss($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vfmadd213ss", change: Traits.scalar) {
            $0.vfmadd213ss($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
        three("vfmadd231ss", change: Traits.scalar) {
            $0.vfmadd231ss($1.result, $1.a, $1.b, mask: $1.mask, zeroing: $1.zeroing)
        }
    }
}
