import GannetGraph

/// `y = (x − μ) / √(σ² + ε) · γ + β` over each channel: Ioffe and Szegedy, "Batch Normalization" (arXiv:1502.03167),
/// Algorithm 1.
///
/// - `x` and `y` are [batch, …, channels]; ``scale`` γ and ``offset`` β are [channels], and start as 1 and 0.
///
/// When the model is being trained (see ``ModelMode``), μ and σ² are the mean and the variance of the channel over
/// the batch and all axes between, and the update keeps running averages of them: r ← (1 − momentum) · r +
/// momentum · new, where the new variance is the unbiased one. Otherwise μ and σ² are these averages. A batch with
/// one value a channel has no unbiased variance; 0 is averaged in.
///
/// As in PyTorch, momentum is 0.1 and ε is 10⁻⁵. A batch that a model sees twice in one update counts twice. In the
/// body of a loop the layer cannot be trained.
public struct BatchNorm: LocatedLayer {
    /// γ, of shape [channels].
    public let scale: Parameter
    /// β, of shape [channels].
    public let offset: Parameter
    /// The running average of the mean, of shape [channels]; not trained.
    public let runningMean: Parameter
    /// The running average of the unbiased variance, of shape [channels]; not trained.
    public let runningVariance: Parameter
    /// The part of a running average that a batch makes up.
    public let momentum: Float
    /// What keeps the quotient finite, ε.
    public let epsilon: Float

    /// The number of channels.
    public var channels: Int { scale.shape[0] }

    /// Creates a layer; nothing in it is random.
    public init(channels: Int, momentum: Float = 0.1, epsilon: Float = 1e-5) {
        if channels < 1 { invalidUse("BatchNorm", "\(channels) channels make no layer") }
        func vector(_ value: Float) -> Tensor { Tensor([Float](repeating: value, count: channels)) }
        scale = Parameter(vector(1))
        offset = Parameter(vector(0))
        runningMean = Parameter(vector(0), isTrainable: false)
        runningVariance = Parameter(vector(1), isTrainable: false)
        self.momentum = momentum
        self.epsilon = epsilon
    }

    /// `x` normalised: in training by its own mean and variance, otherwise by the running averages.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        if x.rank < 2 || x.shape[-1] != channels {
            invalidUse("BatchNorm", "\(x.shape) does not end in \(channels) channels", file: file, line: line)
        }
        let (mean, variance) =
            switch ModelMode.current {
            case .training: statistics(of: x, file: file, line: line)
            case .evaluation: (runningMean.value, runningVariance.value)
            }
        let factor = scale.value / (variance + .literal(epsilon)).sqrt()
        return traced(x, (x - mean) * factor + offset.value)
    }

    /// The mean and the biased variance of each channel, which also enter the running averages.
    private func statistics(
        of x: Tensor, file: StaticString, line: UInt
    ) -> (mean: Tensor, variance: Tensor) {
        let axes = Array(0..<x.rank - 1)
        let mean = x.mean(axes: axes)
        let variance = (x - mean).squared().mean(axes: axes)
        let count = x.count / channels
        let correction = Float(count) / Float(max(count - 1, 1))
        runningMean.track({ average($0, mean) }, file: file, line: line)
        runningVariance.track({ average($0, variance * .literal(correction)) }, file: file, line: line)
        return (mean, variance)
    }

    private func average(_ old: Tensor, _ new: Tensor) -> Tensor {
        .literal(1 - momentum) * old + .literal(momentum) * new
    }
}
