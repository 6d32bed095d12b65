import GannetGraph

/// How one optimisation step changes a parameter, written in tensors.
///
/// A rule is a pure function; ``Optimizer`` keeps the slots (moments, say) and the number of the step.
public protocol UpdateRule: Sendable {
    /// The name, which checkpoints use: "adam".
    static var name: String { get }

    /// The names of the tensors that the rule keeps for each parameter; each has the parameter's shape and starts
    /// at zero.
    var slots: [String] { get }

    /// The decay of weights, λ, in the way that the rule has of it. A ``ParameterGroup`` may set another one for its
    /// parameters; the rule may leave the decay out of its formula where this is 0.
    var weightDecay: Float { get set }

    /// The numbers that the formula needs at step `step`, from 1 on. They are run-time inputs of the compiled
    /// program, so that they may change from step to step; how many there are does not change.
    func hyperparameters(learningRate: Float, step: Int) -> [Float]

    /// The new value of a parameter and of its slots.
    func updated(
        _ parameter: Tensor, gradient: Tensor, slots: [Tensor], hyperparameters: [Tensor]
    ) -> (parameter: Tensor, slots: [Tensor])
}

/// xⁿ by repeated squaring: the same bits everywhere, which the C library's `pow` does not promise.
func power(_ x: Double, _ n: Int) -> Double {
    var (result, factor, exponent) = (1.0, x, n)
    while exponent > 0 {
        if exponent & 1 == 1 { result *= factor }
        factor *= factor
        exponent >>= 1
    }
    return result
}
