import Gannet

/// The μ-law of telephony, ITU-T G.711: sound in 256 levels that are finer where it is soft.
///
///     f(x) = sign(x) · ln(1 + μ |x|) / ln(1 + μ)      μ = 255
public enum MuLaw {
    /// The number of levels.
    public static let levels = 256
    private static let mu: Float = 255

    /// The levels, `int32` in 0…255, of samples x in −1…1.
    public static func encoded(_ x: Tensor) -> Tensor {
        let limited = x.clamped(to: -1...1)
        let magnitude = (1 + .literal(mu) * limited.abs()).log() / .literal(1 + mu).log()
        let compressed = select(limited .< 0, -magnitude, magnitude)
        return ((compressed + 1) * .literal(mu / 2)).rounded().cast(to: .int32)
    }

    /// The samples in −1…1 that levels stand for.
    public static func decoded(_ levels: Tensor) -> Tensor {
        let compressed = levels.cast(to: .float32) * .literal(2 / mu) - 1
        let magnitude = ((compressed.abs() * .literal(1 + mu).log()).exp() - 1) / .literal(mu)
        return select(compressed .< 0, -magnitude, magnitude)
    }
}
