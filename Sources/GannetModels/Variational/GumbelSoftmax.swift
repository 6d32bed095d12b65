import Gannet

/// How the temperature of a Gumbel-softmax falls: τ = max(least, first · e^(−rate · updates)), as in section 4.2 of Jang et al.
public struct GumbelTemperature: Sendable, Hashable {
    public var first: Float
    public var least: Float
    public var rate: Float

    /// Creates a way down; with a rate of 0 the temperature stays.
    public init(first: Float = 1, least: Float = 0.5, rate: Float = 1e-4) {
        if !(first > 0 && least > 0 && rate >= 0) {
            invalidUse("GumbelTemperature", "from \(first) to \(least) at a rate of \(rate)")
        }
        (self.first, self.least, self.rate) = (first, least, rate)
    }

    /// τ after so many updates, a scalar.
    public func value(after updates: Tensor) -> Tensor {
        maximum(.literal(first) * (.literal(-rate) * updates).exp(), .literal(least))
    }
}

/// softmax((logits + g) / τ) over the last axis, g drawn from the Gumbel distribution (Jang et al., arXiv:1611.01144, equation 2).
///
/// - Parameter isStraightThrough: Whether the result is a one and zeros, with the gradient of what it is drawn as.
public func gumbelSoftmax(
    logits: Tensor, temperature: Tensor, isStraightThrough: Bool = false, noise: inout RandomStream
) -> Tensor {
    let y = ((logits + noise.gumbel(logits.shape)) / temperature).softmax()
    guard isStraightThrough else { return y }
    let one = y.argmax(axis: -1).oneHot(logits.shape[-1])
    return y + (one - y).stoppingGradient()
}
