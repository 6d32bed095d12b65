/// Exponential moving averages of the weights, which models are often better with than with the weights themselves:
/// ā ← d ā + (1 − d) θ after each update. They start at the weights before the first update.
///
/// While few updates have been made, the decay is smaller, as in TensorFlow's `ExponentialMovingAverage`: at the
/// update after n others it is min(d, (1 + n) / (10 + n)). Buffers, such as running averages of ``BatchNorm``, are not
/// averaged; ``Optimizer/withAverages(_:)`` uses them as they are.
public struct WeightAverage: Sendable, Hashable {
    /// The decay d, in 0 ..< 1.
    public var decay: Double
    /// Whether the decay is smaller at first.
    public var warmsUp: Bool

    /// Creates averages with the given decay.
    public init(decay: Double = 0.999, warmsUp: Bool = true) {
        self.decay = decay
        self.warmsUp = warmsUp
    }

    /// The decay at the update after `count` others.
    public func decay(after count: Int) -> Double {
        warmsUp ? min(decay, (1 + Double(count)) / (10 + Double(count))) : decay
    }
}
