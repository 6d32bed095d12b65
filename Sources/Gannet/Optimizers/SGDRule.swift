import GannetGraph

/// Stochastic gradient descent with momentum, as PyTorch writes it: b ← μ b + g, θ ← θ − α b.
///
/// Without momentum, θ ← θ − α g, and no slot is kept.
public struct SGDRule: UpdateRule {
    public static let name = "sgd"

    /// The part μ of the last step's direction that is kept, in 0 ..< 1.
    public var momentum: Float

    /// Creates the rule.
    public init(momentum: Float = 0) { self.momentum = momentum }

    public var slots: [String] { momentum == 0 ? [] : ["momentum"] }

    public func hyperparameters(learningRate: Float, step: Int) -> [Float] { [learningRate, momentum] }

    public func updated(
        _ parameter: Tensor, gradient: Tensor, slots: [Tensor], hyperparameters h: [Tensor]
    ) -> (parameter: Tensor, slots: [Tensor]) {
        guard let last = slots.first else { return (parameter - h[0] * gradient, []) }
        let direction = h[1] * last + gradient
        return (parameter - h[0] * direction, [direction])
    }
}
