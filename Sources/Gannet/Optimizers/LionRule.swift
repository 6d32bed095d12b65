import GannetGraph

/// Lion: Chen et al., "Symbolic Discovery of Optimization Algorithms" (arXiv:2302.06675), Algorithm 2.
///
/// c = β₁ m + (1 − β₁) g, θ ← θ − α (sign(c) + λ θ), m ← β₂ m + (1 − β₂) g. The paper advises a learning rate three to
/// ten times smaller than AdamW's, and a decay as many times larger (section 5).
public struct LionRule: UpdateRule {
    public static let name = "lion"

    /// The part of the momentum in the step, β₁, in 0 ..< 1.
    public var beta1: Double
    /// The decay rate of the momentum, β₂, in 0 ..< 1.
    public var beta2: Double
    /// The decay λ: the part of a weight that each step takes away is α λ.
    public var weightDecay: Float

    /// Creates the rule.
    public init(beta1: Double = 0.9, beta2: Double = 0.99, weightDecay: Float = 0) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.weightDecay = weightDecay
    }

    public var slots: [String] { ["m"] }

    public func hyperparameters(learningRate: Float, step: Int) -> [Float] {
        [
            learningRate, Float(beta1), Float(1 - beta1), Float(beta2), Float(1 - beta2), weightDecay,
        ]
    }

    public func updated(
        _ parameter: Tensor, gradient g: Tensor, slots: [Tensor], hyperparameters h: [Tensor]
    ) -> (parameter: Tensor, slots: [Tensor]) {
        let m = slots[0]
        let sign = (h[1] * m + h[2] * g).sign()
        let direction = weightDecay == 0 ? sign : sign + h[5] * parameter
        return (parameter - h[0] * direction, [h[3] * m + h[4] * g])
    }
}
