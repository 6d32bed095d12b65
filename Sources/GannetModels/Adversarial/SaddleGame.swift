import Gannet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Two players at a saddle: one moves x to make f smaller, the other y to make it larger, by steps along the gradient that both make at once,
/// as a generator and a discriminator do.
///
///     f(x, y) = a x y + x² − y²
///     x ← x − τ ∂f/∂x = x − τ (a y + 2 x)
///     y ← y + τ ∂f/∂y = y + τ (a x − 2 y)
///
/// Each step takes the pair nearer to the saddle at 0, or away from it, by the factor ρ = √((1 − 2τ)² + τ² a²), and turns it: with
/// τ > 4 / (4 + a²) it runs away, where each player alone would come to rest as long as τ < 1 (Mescheder, Nowozin and Geiger, arXiv:1705.10461, section 3).
public struct SaddleGame: Sendable, Hashable {
    /// a, how much each player's slope depends on the other.
    public var coupling: Double
    /// τ, the size of steps.
    public var stepSize: Double

    /// Creates a game.
    public init(coupling: Double, stepSize: Double) {
        if !(coupling.isFinite && stepSize > 0 && stepSize.isFinite) {
            invalidUse("SaddleGame", "a coupling of \(coupling) and steps of \(stepSize)")
        }
        (self.coupling, self.stepSize) = (coupling, stepSize)
    }

    /// ρ, by which a step changes the distance from the saddle.
    public var rate: Double {
        hypot(1 - 2 * stepSize, stepSize * coupling)
    }

    /// The step size above which the players run away from the saddle: 4 / (4 + a²).
    public var largestStableStep: Double { 4 / (4 + coupling * coupling) }

    /// f(x, y).
    public func value(x: Double, y: Double) -> Double { coupling * x * y + x * x - y * y }

    /// Where the players are at first and after each of `count` steps.
    public func path(from start: (x: Double, y: Double) = (1, 1), count: Int) -> [(x: Double, y: Double)] {
        if count < 0 { invalidUse("SaddleGame", "a path of \(count) steps") }
        var place = start
        var path = [place]
        for _ in 0..<count {
            place = (
                place.x - stepSize * (coupling * place.y + 2 * place.x),
                place.y + stepSize * (coupling * place.x - 2 * place.y)
            )
            path.append(place)
        }
        return path
    }
}
