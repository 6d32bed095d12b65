import GannetGraph

/// RMSProp: Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5, as PyTorch writes it.
///
/// g ← g + λ θ, v ← ρ v + (1 − ρ) g², d = g / (√v + ε), θ ← θ − α d; ε is added after the root, where TensorFlow adds
/// it before. Centred (Graves, "Generating Sequences With Recurrent Neural Networks", arXiv:1308.0850, equation 40),
/// ḡ ← ρ ḡ + (1 − ρ) g and the root is that of v − ḡ². With momentum, b ← μ b + d and θ ← θ − α b.
public struct RMSPropRule: UpdateRule {
    public static let name = "rmsprop"

    /// The decay rate ρ of the mean squared gradient, in 0 ..< 1.
    public var decay: Double
    /// What keeps the quotient finite, ε > 0.
    public var epsilon: Double
    /// The part μ of the last step's direction that is kept, in 0 ..< 1.
    public var momentum: Float
    /// Whether gradients are divided by their deviation from their mean.
    public var isCentered: Bool
    /// The part λ of a weight that is added to its gradient.
    public var weightDecay: Float

    /// Creates the rule.
    public init(
        decay: Double = 0.99, epsilon: Double = 1e-8, momentum: Float = 0, isCentered: Bool = false,
        weightDecay: Float = 0
    ) {
        self.decay = decay
        self.epsilon = epsilon
        self.momentum = momentum
        self.isCentered = isCentered
        self.weightDecay = weightDecay
    }

    public var slots: [String] {
        ["v"] + (isCentered ? ["mean"] : []) + (momentum == 0 ? [] : ["momentum"])
    }

    public func hyperparameters(learningRate: Float, step: Int) -> [Float] {
        [learningRate, Float(decay), Float(1 - decay), Float(epsilon), momentum, weightDecay]
    }

    public func updated(
        _ parameter: Tensor, gradient: Tensor, slots: [Tensor], hyperparameters h: [Tensor]
    ) -> (parameter: Tensor, slots: [Tensor]) {
        let g = weightDecay == 0 ? gradient : gradient + h[5] * parameter
        let v = h[1] * slots[0] + h[2] * g.squared()
        var new = [v]
        var spread = v
        if isCentered {
            let mean = h[1] * slots[1] + h[2] * g
            new.append(mean)
            // Rounding may make the difference negative where all gradients were alike.
            spread = (v - mean.squared()).relu()
        }
        var direction = g / (spread.sqrt() + h[3])
        if momentum != 0 {
            direction = h[4] * slots[slots.count - 1] + direction
            new.append(direction)
        }
        return (parameter - h[0] * direction, new)
    }
}
