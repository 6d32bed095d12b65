import GannetGraph

/// AdamW: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (arXiv:1711.05101), Algorithm 2, with the
/// decay in units of the learning rate as in PyTorch.
///
/// θ ← θ (1 − α λ), and then the step of ``AdamRule`` without decay.
public struct AdamWRule: UpdateRule {
    public static let name = "adamw"

    /// The step that follows the decay.
    public var adam: AdamRule
    /// The decay λ: the part of a weight that each step takes away is α λ.
    public var weightDecay: Float

    /// Creates the rule.
    public init(
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Float = 0.01
    ) {
        adam = AdamRule(beta1: beta1, beta2: beta2, epsilon: epsilon)
        self.weightDecay = weightDecay
    }

    public var slots: [String] { adam.slots }

    public func hyperparameters(learningRate: Float, step: Int) -> [Float] {
        adam.hyperparameters(learningRate: learningRate, step: step)
            + [Float(1 - Double(learningRate) * Double(weightDecay))]
    }

    public func updated(
        _ parameter: Tensor, gradient: Tensor, slots: [Tensor], hyperparameters h: [Tensor]
    ) -> (parameter: Tensor, slots: [Tensor]) {
        adam.updated(
            weightDecay == 0 ? parameter : h[h.count - 1] * parameter, gradient: gradient, slots: slots,
            hyperparameters: h)
    }
}
