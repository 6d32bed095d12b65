import GannetGraph

/// Parameters that an optimizer treats in another way than the rest: with a learning rate or a weight decay of their
/// own.
///
/// ```swift
/// let optimizer = AdamW(
///     for: model, learningRate: 3e-4, weightDecay: 0.1,
///     options: UpdateOptions(groups: [.noDecayOnNormsAndBiases]))
/// ```
///
/// A parameter belongs to the first group that includes it, or to none.
public struct ParameterGroup: Sendable {
    /// What the optimizer's learning rate is multiplied by; 0 leaves the parameters as they are but for momentum.
    public var learningRateFactor: Float
    /// The weight decay in place of the rule's own; nil for the same.
    public var weightDecay: Float?
    /// Which parameters belong to the group.
    public var includes: @Sendable (NamedParameter) -> Bool

    /// Creates a group.
    public init(
        learningRateFactor: Float = 1, weightDecay: Float? = nil,
        where includes: @escaping @Sendable (NamedParameter) -> Bool
    ) {
        self.learningRateFactor = learningRateFactor
        self.weightDecay = weightDecay
        self.includes = includes
    }

    /// The parameters whose path is `prefix` or begins with it and a dot: those of one part of a model.
    public init(under prefix: String, learningRateFactor: Float = 1, weightDecay: Float? = nil) {
        self.init(learningRateFactor: learningRateFactor, weightDecay: weightDecay) { path, _ in
            path == prefix || path.hasPrefix(prefix + ".")
        }
    }

    /// Norms' scales and shifts and all biases, without weight decay: the parameters that are vectors or scalars.
    ///
    /// Matrices, filters and embeddings have two axes or more.
    public static let noDecayOnNormsAndBiases = ParameterGroup(weightDecay: 0) { _, parameter in
        parameter.shape.rank < 2
    }
}
