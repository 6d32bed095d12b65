import GannetGraph

/// Stochastic gradient descent with momentum, as PyTorch writes it: g ← g + λ θ, b ← μ b + g, θ ← θ − α b.
///
/// With Nesterov's momentum (Sutskever et al., "On the importance of initialization and momentum in deep learning",
/// 2013) the step is θ ← θ − α (g + μ b). Without momentum it is θ ← θ − α g, and no slot is kept.
public struct SGDRule: UpdateRule {
    public static let name = "sgd"

    /// The part μ of the last step's direction that is kept, in 0 ..< 1.
    public var momentum: Float
    /// Whether the momentum is Nesterov's.
    public var isNesterov: Bool
    /// The part λ of a weight that is added to its gradient.
    public var weightDecay: Float

    /// Creates the rule.
    public init(momentum: Float = 0, isNesterov: Bool = false, weightDecay: Float = 0) {
        self.momentum = momentum
        self.isNesterov = isNesterov
        self.weightDecay = weightDecay
    }

    public var slots: [String] { momentum == 0 ? [] : ["momentum"] }

    public func hyperparameters(learningRate: Float, step: Int) -> [Float] {
        [learningRate, momentum, weightDecay]
    }

    public func updated(
        _ parameter: Tensor, gradient: Tensor, slots: [Tensor], hyperparameters h: [Tensor]
    ) -> (parameter: Tensor, slots: [Tensor]) {
        let g = weightDecay == 0 ? gradient : gradient + h[2] * parameter
        guard let last = slots.first else { return (parameter - h[0] * g, []) }
        let direction = h[1] * last + g
        return (parameter - h[0] * (isNesterov ? g + h[1] * direction : direction), [direction])
    }
}
