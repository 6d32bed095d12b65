import GannetGraph

/// How a model is trained on a batch: the updates that make up one step of a ``TrainingRun``.
///
/// For a model with one loss there is ``LossMinimization``, for one whose two parts are trained against each other
/// ``AdversarialTraining``.
public protocol TrainingProcedure: AnyObject {
    /// The optimizers, each with what comes before the names of its state in a checkpoint, nothing where there is
    /// only one, and with how often it is called in a step.
    var optimizers: [(prefix: String, optimizer: any Optimizer, updatesPerStep: Int)] { get }

    /// The names of the losses that a step gives, as in `metrics.jsonl`; the first is the one that progress reports
    /// show.
    var lossNames: [String] { get }

    /// What tells while training that it goes wrong, by the losses; by default nothing does.
    var alarms: [TrainingAlarm] { get }

    /// Makes the updates of one step on `Device.default`, and gives the losses before them, in the order of
    /// ``lossNames``.
    ///
    /// - Parameters:
    ///   - batch: Some examples.
    ///   - noise: Where random numbers come from; afterwards it stands where the draws have left it.
    func step(_ batch: Batch, noise: inout RandomStream) throws -> [Tensor]
}

extension TrainingProcedure {
    /// None.
    public var alarms: [TrainingAlarm] { [] }

    /// The norms of the last step's gradients, of the optimizers that measure them, with the names that metrics use.
    var gradientNorms: [(name: String, norm: Tensor)] {
        optimizers.compactMap { prefix, optimizer, _ in
            optimizer.gradientNorm.map { (Self.gradientNormName(prefix), $0) }
        }
    }

    /// The names of these, and what tells by them that the training goes wrong.
    var gradientAlarms: [TrainingAlarm] {
        optimizers.filter(\.optimizer.options.measuresGradients).flatMap {
            TrainingAlarm.ofGradients(of: $0.prefix, measure: Self.gradientNormName($0.prefix))
        }
    }

    private static func gradientNormName(_ prefix: String) -> String { prefix + "gradientNorm" }

    /// What a checkpoint must hold beside the model: the optimizers' moments, by unique names.
    var state: [(name: String, tensor: Tensor)] {
        optimizers.flatMap { prefix, optimizer, _ in optimizer.state.map { (prefix + $0.name, $0.tensor) } }
    }

    /// The loss scales of the optimizers that have one, with the names that metrics use.
    var lossScaleStates: [(name: String, state: Tensor)] {
        optimizers.compactMap { prefix, optimizer, _ in
            optimizer.lossScaleState.map { (prefix + "lossScale", $0) }
        }
    }

    /// Lets `body` see the averages of the weights, where optimizers keep them, in place of the weights.
    public func withAverages<R>(_ body: () throws -> R) rethrows -> R {
        try Parameter.withValues(optimizers.flatMap(\.optimizer.averages)) { try body() }
    }

    /// Gives the optimizers the state they had after `step` steps.
    func restore(
        _ state: [String: Tensor], step: Int, noise: RandomStream
    ) throws(OptimizerStateError) {
        for (prefix, optimizer, updatesPerStep) in optimizers {
            let own = state.filter { $0.key.hasPrefix(prefix) }
                .map { (String($0.key.dropFirst(prefix.count)), $0.value) }
            try optimizer.restore(
                Dictionary(own) { first, _ in first }, step: step * updatesPerStep, noise: noise)
        }
    }
}

/// Training by one optimizer and the model's own loss.
public final class LossMinimization<Model: TrainableModel>: TrainingProcedure {
    /// What is trained.
    public let model: Model
    /// What updates it.
    public let optimizer: any Optimizer

    /// Creates a procedure; `optimizer` is one that was made for `model`.
    public init(of model: Model, with optimizer: any Optimizer) {
        self.model = model
        self.optimizer = optimizer
    }

    public var optimizers: [(prefix: String, optimizer: any Optimizer, updatesPerStep: Int)] {
        [("", optimizer, 1)]
    }
    public var lossNames: [String] { ["loss"] }

    public func step(_ batch: Batch, noise: inout RandomStream) throws -> [Tensor] {
        [
            try optimizer.update(drawingFrom: &noise) {
                RandomStream.withCurrent { noise in model.loss(batch, noise: &noise) }
            }
        ]
    }
}

extension Optimizer {
    /// Makes one step whose random numbers are drawn from `noise`.
    public func update(
        drawingFrom noise: inout RandomStream, minimizing loss: () throws -> Tensor
    ) throws -> Tensor {
        try update(drawingFrom: &noise, keeping: { (try loss(), []) }).loss
    }

    /// Makes one step whose random numbers are drawn from `noise`, and gives other tensors beside the loss.
    public func update(
        drawingFrom noise: inout RandomStream, keeping results: () throws -> (loss: Tensor, kept: [Tensor]),
        file: StaticString = #fileID, line: UInt = #line
    ) throws -> (loss: Tensor, kept: [Tensor]) {
        self.noise = noise
        defer { noise = self.noise }
        return try update(keeping: results, on: .default, file: file, line: line)
    }
}
