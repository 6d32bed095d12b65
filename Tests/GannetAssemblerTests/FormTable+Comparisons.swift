import GannetAssembler

/// Comparisons.
extension FormTable {
    mutating func addComparisons() {
        three("vpcmpeqd", .vex) { $0.vpcmpeqd($1.result, $1.a, $1.b) }
        compare("vpcmpeqd") { $0.vpcmpeqd($1.k, $1.a, $1.b, mask: $1.mask) }
        three("vpcmpgtd", .vex) { $0.vpcmpgtd($1.result, $1.a, $1.b) }
        compare("vpcmpgtd") { $0.vpcmpgtd($1.k, $1.a, $1.b, mask: $1.mask) }
        add("vcmpps", [.result, .a, .b, .floatPredicate], Self.traits(.vex)) {
            $0.vcmpps($1.result, $1.a, $1.b, predicate: $1.floatPredicate)
        }
        compare("vcmpps", [.floatPredicate]) {
            $0.vcmpps($1.k, $1.a, $1.b, predicate: $1.floatPredicate, mask: $1.mask)
        }
        compare("vpcmpd", [.integerPredicate]) {
            $0.vpcmpd($1.k, $1.a, $1.b, predicate: $1.integerPredicate, mask: $1.mask)
        }
        compare("vpcmpud", [.integerPredicate]) {
            $0.vpcmpud($1.k, $1.a, $1.b, predicate: $1.integerPredicate, mask: $1.mask)
        }
        compare("vptestmd") { $0.vptestmd($1.k, $1.a, $1.b, mask: $1.mask) }
        compare("vptestnmd") { $0.vptestnmd($1.k, $1.a, $1.b, mask: $1.mask) }
    }
}
