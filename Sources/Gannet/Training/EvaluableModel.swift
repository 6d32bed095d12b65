import GannetGraph

/// A model that examples it was not trained on give a figure to.
public protocol EvaluableModel: Module {
    /// What the figure is.
    static var measure: EvaluationMeasure { get }

    /// The figure that a data set gives; two calls give the same.
    ///
    /// - Throws: What the data set throws, and `DeviceError`.
    func evaluation(over data: some DataSet, on device: Device) throws -> Double
}

/// What a figure is that models are judged by.
public struct EvaluationMeasure: Sendable, Hashable {
    /// The name, as in `metrics.jsonl`: "accuracy".
    public var name: String
    /// Whether a model with a higher figure is the better one.
    public var isHigherBetter: Bool

    /// Creates a measure.
    public init(name: String, isHigherBetter: Bool) {
        self.name = name
        self.isHigherBetter = isHigherBetter
    }

    /// Whether `value` is better than `best`, or the first; NaN never is.
    public func isImprovement(_ value: Double, over best: Double?) -> Bool {
        guard let best else { return !value.isNaN }
        return isHigherBetter ? value > best : value < best
    }
}

/// A figure that a model was given.
public struct Evaluation: Sendable, Hashable {
    /// What the figure is.
    public var measure: EvaluationMeasure
    /// The figure.
    public var value: Double

    /// Creates an evaluation.
    public init(_ value: Double, _ measure: EvaluationMeasure) {
        self.measure = measure
        self.value = value
    }
}

extension EvaluationMeasure {
    /// The mean bound on −ln p(x) in nats; see ``LikelihoodModel``.
    public static let negativeLogLikelihoodBound = EvaluationMeasure(
        name: "negativeLogLikelihoodBound", isHigherBetter: false)

    /// The share of examples that are given their own class, in 0…1; see ``Classifier``.
    public static let accuracy = EvaluationMeasure(name: "accuracy", isHigherBetter: true)
}

extension LikelihoodModel {
    public static var measure: EvaluationMeasure { .negativeLogLikelihoodBound }

    public func evaluation(over data: some DataSet, on device: Device) throws -> Double {
        try negativeLogLikelihoodBound(over: data, on: device)
    }
}
