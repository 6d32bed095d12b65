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

    /// The numbers that the formula needs at step `step`, from 1 on. They are run-time inputs of the compiled
    /// program, so that they may change from step to step.
    func hyperparameters(learningRate: Float, step: Int) -> [Float]

    /// The new value of a parameter and of its slots.
    func updated(
        _ parameter: Tensor, gradient: Tensor, slots: [Tensor], hyperparameters: [Tensor]
    ) -> (parameter: Tensor, slots: [Tensor])
}
