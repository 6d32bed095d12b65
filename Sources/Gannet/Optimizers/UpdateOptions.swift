import GannetGraph

/// What an optimizer does beside its rule; by default nothing.
///
/// ```swift
/// let optimizer = AdamW(
///     for: model, learningRate: 3e-4,
///     options: UpdateOptions(
///         groups: [.noDecayOnNormsAndBiases], schedule: .cosine(over: 10_000).warmedUp(over: 500),
///         clipping: .norm(1), averaging: WeightAverage(decay: 0.9999)))
/// ```
public struct UpdateOptions: Sendable {
    /// Parameters with a learning rate or a weight decay of their own.
    public var groups: [ParameterGroup]
    /// What the learning rate is multiplied by, update by update.
    public var schedule: LearningRateSchedule
    /// The bound on gradients; nil for none.
    public var clipping: GradientClipping?
    /// The number of batches that one update takes the mean gradient of: memory for one of them does for all.
    ///
    /// Only the last of so many calls of `update(minimizing:)` changes the parameters; each gives the loss of its own
    /// batch. With batches of equal size and losses that are means, the result is that of one large batch.
    public var accumulation: Int
    /// The averages of the weights that are kept; nil for none.
    public var averaging: WeightAverage?
    /// What the loss is multiplied by for the gradients; nil for nothing.
    public var lossScaling: LossScaling?
    /// The type that operands and results of products and convolutions in the loss are rounded to, `float16` or
    /// `bfloat16`, see ``MixedPrecision``; nil for none.
    public var precision: ScalarType?
    /// How far from 0 an update lets parameters be: each element is brought to within −bound … bound after it, as those of a WGAN's critic
    /// (Arjovsky, Chintala and Bottou, arXiv:1701.07875, algorithm 1, line 7). Nil for no bound.
    public var weightBound: Float?
    /// Whether each step gives the norm of its gradients, see ``Optimizer/gradientNorm``.
    public var measuresGradients: Bool

    /// Creates options.
    public init(
        groups: [ParameterGroup] = [], schedule: LearningRateSchedule = .constant,
        clipping: GradientClipping? = nil, accumulation: Int = 1, averaging: WeightAverage? = nil,
        lossScaling: LossScaling? = nil, precision: ScalarType? = nil, weightBound: Float? = nil,
        measuresGradients: Bool = false
    ) {
        self.groups = groups
        self.schedule = schedule
        self.clipping = clipping
        self.accumulation = accumulation
        self.averaging = averaging
        self.lossScaling = lossScaling
        self.precision = precision
        self.weightBound = weightBound
        self.measuresGradients = measuresGradients
    }

    /// Says what makes no sense, in a sentence; nil where all is well.
    public var objection: String? {
        if let clipping, !(clipping.bound > 0) {
            return "The bound on gradients is \(clipping.bound), and must be above 0."
        }
        if accumulation < 1 { return "An update takes \(accumulation) batches, and must take at least 1." }
        if let averaging, !(averaging.decay >= 0 && averaging.decay < 1) {
            return "The decay of the averages is \(averaging.decay), and must be at least 0 and below 1."
        }
        if let lossScaling,
            !(lossScaling.initial > 0 && lossScaling.initial.isFinite && lossScaling.growth >= 1
                && lossScaling.growth.isFinite && lossScaling.backoff > 0 && lossScaling.backoff <= 1
                && lossScaling.interval >= 1 && lossScaling.interval <= 1 << 24)
        {
            return "The loss scale starts at \(lossScaling.initial), grows by \(lossScaling.growth) after "
                + "\(lossScaling.interval) updates and backs off by \(lossScaling.backoff): it must start above 0, "
                + "grow by at least 1 after 1 to 16777216 updates, and back off by a factor above 0 and at most 1."
        }
        if let precision, !precision.isStorageOnly {
            return "Products cannot be rounded to \(precision): give float16 or bfloat16."
        }
        if let weightBound, !(weightBound > 0) {
            return "The bound on weights is \(weightBound), and must be above 0."
        }
        return nil
    }
}
