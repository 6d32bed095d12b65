extension ReferenceEvaluator {
    /// How the result of each primitive is rounded to `float32`.
    public enum Float32Rounding: Sendable, Hashable {
        /// Not at all.
        case none
        /// To the nearest number, as on a device that fuses nothing.
        case nearest
        /// To the next number toward 0, products and partial sums too.
        case towardZero
        /// To the next number away from 0, products and partial sums too. Where ``nearest`` or ``towardZero`` happens
        /// to make next to no error, this one makes a whole one.
        case awayFromZero

        func callAsFunction(_ x: Double) -> Double {
            let nearest = Float(x)
            let isInward = Double(nearest).magnitude < x.magnitude
            switch self {
            case .none: return x
            case .nearest: return Double(nearest)
            case .towardZero:
                if Double(nearest) == x || isInward || !nearest.isFinite { return Double(nearest) }
                return Double(x < 0 ? nearest.nextUp : nearest.nextDown)
            case .awayFromZero:
                if Double(nearest) == x || !isInward { return Double(nearest) }
                return Double(x < 0 ? nearest.nextDown : nearest.nextUp)
            }
        }

        /// What a product or a partial sum inside a primitive becomes.
        func partial(_ x: Double) -> Double { self == .none || self == .nearest ? x : self(x) }

        /// `sum` with the product of `x` and `y` added.
        func partial(_ sum: Double, adding x: Double, times y: Double) -> Double {
            partial(sum + partial(x * y))
        }
    }
}
