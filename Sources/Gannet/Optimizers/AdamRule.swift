import GannetGraph

/// Adam: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (arXiv 1412.6980), Algorithm 1.
///
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ),
/// θ ← θ − α m̂ / (√v̂ + ε).
public struct AdamRule: UpdateRule {
    public static let name = "adam"

    /// The decay rate of the mean gradient, β₁, in 0 ..< 1.
    public var beta1: Double
    /// The decay rate of the mean squared gradient, β₂, in 0 ..< 1.
    public var beta2: Double
    /// What keeps the quotient finite, ε > 0.
    public var epsilon: Double

    /// Creates the rule.
    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    public var slots: [String] { ["m", "v"] }

    public func hyperparameters(learningRate: Float, step: Int) -> [Float] {
        let correction1 = 1 - power(beta1, step)
        let correction2 = 1 - power(beta2, step)
        return [
            Float(beta1), Float(1 - beta1), Float(beta2), Float(1 - beta2),
            Float(Double(learningRate) / correction1), Float(1 / correction2.squareRoot()), Float(epsilon),
        ]
    }

    public func updated(
        _ parameter: Tensor, gradient g: Tensor, slots: [Tensor], hyperparameters h: [Tensor]
    ) -> (parameter: Tensor, slots: [Tensor]) {
        let m = h[0] * slots[0] + h[1] * g
        let v = h[2] * slots[1] + h[3] * g * g
        return (parameter - h[4] * m / (v.sqrt() * h[5] + h[6]), [m, v])
    }

    /// xⁿ by repeated squaring: the same bits everywhere, which the C library's `pow` does not promise.
    private func power(_ x: Double, _ n: Int) -> Double {
        var (result, factor, exponent) = (1.0, x, n)
        while exponent > 0 {
            if exponent & 1 == 1 { result *= factor }
            factor *= factor
            exponent >>= 1
        }
        return result
    }
}
