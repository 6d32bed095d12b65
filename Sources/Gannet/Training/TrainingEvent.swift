import GannetGraph

/// What a training run tells whoever watches it.
public enum TrainingEvent: Sendable {
    /// The run begins, after `step` steps that an earlier one made.
    case started(step: Int, stepCount: Int)
    /// Some steps were made.
    case progressed(TrainingProgress)
    /// The epoch with this number, from 1, is complete; its steps took so many seconds (those that this process
    /// made), without evaluation, samples and checkpoints.
    case completedEpoch(Int, seconds: Double)
    /// The evaluation data were scored.
    case evaluated(step: Int, Evaluation)
    /// The model drew examples (see ``GenerativeModel/samples(_:seed:)``), not yet evaluated; every time from the same
    /// noise.
    case sampled(step: Int, samples: Tensor)
    /// The loss scale of an optimizer is another one after this step: smaller, since gradients overflowed and the update
    /// was skipped, or larger, since many did not.
    case rescaled(step: Int, LossScale)
    /// An alarm was raised, or has come to an end.
    case alarmed(step: Int, TrainingAlarmChange)
    /// A checkpoint was written.
    case saved(step: Int)
}

/// How far a training run has come.
public struct TrainingProgress: Sendable, Hashable {
    /// The steps made so far, from the run's very beginning.
    public var step: Int
    /// The steps of the whole run.
    public var stepCount: Int
    /// The epoch, from 1, that the last step belonged to.
    public var epoch: Int
    /// The epochs that the whole run begins.
    public var epochCount: Int
    /// The mean loss over the steps since the last report.
    public var loss: Double
    /// Examples a second, lately.
    public var examplesPerSecond: Double
    /// Seconds that the steps left will take at this rate.
    public var secondsLeft: Double
}

/// What became of a training run.
public struct TrainingSummary: Sendable {
    /// The steps made, from the run's very beginning.
    public var step: Int
    /// Whether these are all; otherwise the run was asked to stop and can be resumed.
    public var isComplete: Bool
    /// The loss of the last step; nil where this process made none.
    public var loss: Double?
    /// The last figure that the evaluation data gave, where there are some and this process scored them.
    public var evaluation: Evaluation?
    /// The best figure of the run so far, and the step after which the model had it: that of the best checkpoint.
    public var best: (step: Int, evaluation: Evaluation)?
    /// The seconds that each epoch's steps took, for those that this process made from start to end.
    public var epochSeconds: [Double]
}
