import GannetGraph

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Sines and cosines of a position or a time step at frequencies from 1 down to 1 / ``period``: Vaswani et al.,
/// "Attention Is All You Need" (arXiv:1706.03762), section 3.5, as Ho et al. (arXiv:2006.11239) use them.
///
///     ωᵢ = period^(−i / (half − shift)),  i = 0 ..< half
///     e(t) = [sin ω₀t, …, cos ω₀t, …]
///
/// - Positions are numbers of any type and shape; the result is [positions…, features], where half is ⌊features / 2⌋, and
///   an odd last feature is 0.
///
/// By default the period is 10,000 and the shift 1, so that the last frequency is 1 / period: the embedding of DDPM's
/// time steps. With a shift of 0 and ``Order/interleaved`` it is that of the transformer's positions.
public struct SinusoidalEmbedding: Module {
    /// Which feature is which wave.
    public enum Order: Sendable, Hashable {
        /// All sines, then all cosines.
        case sinesFirst
        /// All cosines, then all sines.
        case cosinesFirst
        /// The sine and the cosine of each frequency side by side.
        case interleaved
    }

    /// The length of an embedding.
    public let features: Int
    /// The ratio of the first frequency and the last, up to the shift.
    public let period: Double
    /// How far the last frequency is from the end of the range: 1, and it is 1 / period; 0, and the one after it would be.
    public let shift: Int
    /// Which feature is which wave.
    public let order: Order
    private let frequencies: Tensor

    /// Creates an embedding; there is nothing to train in it.
    public init(features: Int, period: Double = 10_000, shift: Int = 1, order: Order = .sinesFirst) {
        if features < 2 { invalidUse("SinusoidalEmbedding", "\(features) features are no sine and cosine") }
        let half = features / 2
        let steps = Double(max(half - shift, 1))
        frequencies = Tensor((0..<half).map { Float(pow(1 / period, Double($0) / steps)) })
        self.features = features
        self.period = period
        self.shift = shift
        self.order = order
    }

    /// The embeddings of some positions.
    public func callAsFunction(_ positions: Tensor) -> Tensor {
        let half = features / 2
        let angles = positions.cast(to: .float32).reshape(positions.count, 1) * frequencies
        let (sines, cosines) = (angles.sin(), angles.cos())
        var waves =
            switch order {
            case .sinesFirst: Tensor.concatenate([sines, cosines], axis: 1)
            case .cosinesFirst: Tensor.concatenate([cosines, sines], axis: 1)
            case .interleaved:
                Tensor.concatenate([sines, cosines].map { $0.reshape(-1, half, 1) }, axis: 2)
                    .reshape(-1, 2 * half)
            }
        if features > 2 * half { waves = waves.padded(low: [0, 0], high: [0, 1]) }
        return traced(positions, waves.reshape(Shape(positions.shape.extents + [features])))
    }
}
