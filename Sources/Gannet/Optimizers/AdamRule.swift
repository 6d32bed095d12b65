import GannetGraph

/// Adam: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (arXiv 1412.6980), Algorithm 1.
///
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ),
/// θ ← θ − α m̂ / (√v̂ + ε). A weight decay λ is added to the gradient, g ← g + λ θ; ``AdamWRule`` is the other way.
public struct AdamRule: UpdateRule {
    public static let name = "adam"

    /// The decay rate of the mean gradient, β₁, in 0 ..< 1.
    public var beta1: Double
    /// The decay rate of the mean squared gradient, β₂, in 0 ..< 1.
    public var beta2: Double
    /// What keeps the quotient finite, ε > 0.
    public var epsilon: Double
    /// The part λ of a weight that is added to its gradient.
    public var weightDecay: Float

    /// Creates the rule.
    public init(
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Float = 0
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }

    public var slots: [String] { ["m", "v"] }

    public func hyperparameters(learningRate: Float, step: Int) -> [Float] {
        let correction1 = 1 - power(beta1, step)
        let correction2 = 1 - power(beta2, step)
        return [
            Float(beta1), Float(1 - beta1), Float(beta2), Float(1 - beta2),
            Float(Double(learningRate) / correction1), Float(1 / correction2.squareRoot()), Float(epsilon),
            weightDecay,
        ]
    }

    public func updated(
        _ parameter: Tensor, gradient: Tensor, slots: [Tensor], hyperparameters h: [Tensor]
    ) -> (parameter: Tensor, slots: [Tensor]) {
        let g = weightDecay == 0 ? gradient : gradient + h[7] * parameter
        let m = h[0] * slots[0] + h[1] * g
        let v = h[2] * slots[1] + h[3] * g * g
        return (parameter - h[4] * m / (v.sqrt() * h[5] + h[6]), [m, v])
    }
}
