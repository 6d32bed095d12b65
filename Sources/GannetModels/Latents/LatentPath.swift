import Gannet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How to go from one point of latents to another.
public enum LatentPath: Sendable, Hashable {
    /// Straight: (1 − t) a + t b.
    case linear
    /// Along the great circle, sin((1 − t) Ω) / sin Ω · a + sin(t Ω) / sin Ω · b with Ω the angle between both: of points from N(0, 1) in many
    /// dimensions, all of which are about as far from 0, those between are so, too (White, arXiv:1609.04468).
    case spherical

    /// Points from one to another, both among them.
    ///
    /// - Parameter count: How many, at least 2.
    public func points(from a: [Double], to b: [Double], count: Int) -> [[Double]] {
        if a.count != b.count || count < 2 {
            invalidUse("LatentPath", "\(count) points between \(a.count) and \(b.count) numbers")
        }
        return (0..<count).map { place in
            let t = Double(place) / Double(count - 1)
            let (first, second) = shares(t, a, b)
            return zip(a, b).map { first * $0 + second * $1 }
        }
    }

    private func shares(_ t: Double, _ a: [Double], _ b: [Double]) -> (Double, Double) {
        func product(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
        let lengths = (product(a, a) * product(b, b)).squareRoot()
        guard self == .spherical, lengths > 0 else { return (1 - t, t) }
        let angle = acos(min(max(product(a, b) / lengths, -1), 1))
        // Where they point the same way, or in opposite ones, there is no one circle.
        guard sin(angle) > 1e-6 else { return (1 - t, t) }
        return (sin((1 - t) * angle) / sin(angle), sin(t * angle) / sin(angle))
    }
}

/// The numbers that cut N(0, 1) into parts of the same probability, from the middle of the first part to that of the last: where the
/// manifold of a model of two latents is shown (Kingma and Welling, arXiv:1312.6114, appendix A).
///
/// - Parameter count: How many, at least 1.
public func normalQuantiles(_ count: Int) -> [Double] {
    (0..<count).map { place in
        let share = (Double(place) + 0.5) / Double(count)
        // The distribution function grows: halve the range in which it passes the share.
        var range = (low: -10.0, high: 10.0)
        for _ in 0..<60 {
            let middle = (range.low + range.high) / 2
            if 0.5 * erfc(-middle / 2.0.squareRoot()) < share {
                range.low = middle
            } else {
                range.high = middle
            }
        }
        return (range.low + range.high) / 2
    }
}
