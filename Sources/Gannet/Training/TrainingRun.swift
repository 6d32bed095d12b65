import GannetGraph

/// A model's training: steps, evaluations, samples and checkpoints, in a folder from which it can be resumed.
///
/// After each epoch, or as often as the plan says, and at the end an ``EvaluableModel`` is scored and a
/// ``GenerativeModel`` draws samples. The checkpoint of the best score is kept beside the last.
///
/// ```swift
/// let run = try TrainingRun(
///     of: model, with: Adam(for: model, learningRate: 1e-3), on: digits.training, evaluating: digits.test,
///     plan: TrainingPlan(length: .epochs(10)), folder: RunFolder("runs/vae"))
/// try run.run { event in
///     if case .progressed(let progress) = event { print(progress.step, progress.loss) }
/// }
/// ```
///
/// A run that is stopped anywhere, even killed, and resumed ends with the same checkpoint, byte for byte, as one
/// that is not: the checkpoint holds the weights, the optimisers' moments and steps, and where the data order and
/// the noise stand. For this the device must be the same; the number of threads need not be.
///
/// A loss or a weight that becomes NaN or infinite ends the run: the model is taken back to before the step in which
/// that happened, the step is looked into for the operation that did it, and no checkpoint is written.
public final class TrainingRun<Model: Module> {
    /// What is trained.
    public let model: Model
    /// What makes a step.
    public let procedure: any TrainingProcedure
    /// How long and in what steps.
    public let plan: TrainingPlan
    /// Where its files are.
    public let folder: RunFolder
    /// What it runs on.
    public let device: Device
    /// The steps made so far, from the run's very beginning.
    public internal(set) var step = 0

    let data: any DataSet
    let evaluationData: (any DataSet)?
    var order: DataOrder
    var noise: RandomStream
    var log: MetricsLog
    /// The examples that samples are compared with.
    lazy var comparedExamples = Result { try chosenExamples() }
    /// What is left on the device of a step, for reading it waits for that.
    private struct Unread {
        let step: Int
        let losses: [Tensor]
        let gradientNorms: [(name: String, norm: Tensor)]
        let lossScales: [(name: String, state: Tensor)]
    }
    private var unread: [Unread] = []
    /// The loss scales that were last told of.
    private var lossScales: [String: LossScale] = [:]
    private var meter: RateMeter
    /// The state after the last step whose loss was read: to go back to where something is not finite.
    private var recent: TrainingState?
    /// An earlier state, from which a step was made whose loss was finite.
    private var proven: TrainingState?

    /// How many losses are left on the device at most.
    private static var unreadLimit: Int { 50 }

    /// Makes the folder ready, and takes up the run in it when `resuming`.
    ///
    /// - Parameters:
    ///   - model: What is trained.
    ///   - procedure: What makes a step; one that was made for `model`.
    ///   - data: The examples.
    ///   - evaluationData: Examples that the model is scored with after each epoch, if any.
    ///   - plan: How long and in what steps.
    ///   - folder: Where the files are put.
    ///   - configuration: What `config.json` shall say besides the plan: what it takes to build the model again.
    ///   - resuming: Whether to go on from a checkpoint in the folder; where there is none yet, the run starts
    ///     anew. Without it a folder that holds a run is refused and left untouched.
    ///   - device: What the run runs on.
    /// - Throws: ``TrainingError``, ``CheckpointError``, ``FileError``.
    public init(
        of model: Model, by procedure: any TrainingProcedure, on data: any DataSet,
        evaluating evaluationData: (any DataSet)? = nil, plan: TrainingPlan, folder: RunFolder,
        configuration: [String: JSON] = [:], resuming: Bool = false, device: Device = .default
    ) throws {
        try plan.validate()
        if data.count == 0 { throw TrainingError(.badPlan, "The data set has no examples.") }
        for rate in procedure.optimizers.map(\.optimizer.learningRate) where !(rate.isFinite && rate > 0) {
            throw TrainingError(.badPlan, "The learning rate is \(rate), and must be a number above 0.")
        }
        self.model = model
        self.procedure = procedure
        self.data = data
        self.evaluationData = evaluationData
        self.plan = plan
        self.folder = folder
        self.device = device
        order = DataOrder(count: data.count, batchSize: plan.batchSize, seed: plan.seed)
        noise = RandomStream(seed: plan.seed, for: .training)
        try folder.prepare(resuming: resuming)
        let digest = data.digest
        if resuming, folder.holdsCheckpoint {
            try Self.check(digest: digest, in: folder)
            let state = try TrainingState(try folder.checkpoint(), path: folder.checkpointPath)
            try state.check(plan: plan, exampleCount: data.count, path: folder.checkpointPath)
            try model.load(state.checkpoint)
            try state.restore(procedure, path: folder.checkpointPath)
            (noise, order, step) = (state.noise, state.order, state.step)
        } else if let model = model as? any DataInitializedModel {
            let first = try data.batch(at: Array(0..<min(plan.batchSize, data.count)))
            try model.initialize(from: first, noise: &noise, on: device)
        }
        log = try MetricsLog(
            folder.metricsPath, lossNames: procedure.lossNames,
            measure: (model as? any EvaluableModel).map { type(of: $0).measure }
                ?? .negativeLogLikelihoodBound,
            resumingAfter: step, events: EventFile(folder: folder.path, resumingAfter: step))
        meter = RateMeter()
        if step > 0, log.best?.step == step {
            // The process may have been killed between the two.
            try FileAccess.write(try FileAccess.read(folder.checkpointPath), to: folder.bestCheckpointPath)
        }
        var entries = configuration.merging(planEntries) { given, _ in given }
        entries[Self.digestKey] = digest.map { .string($0) }
        try folder.write(configuration: .object(entries))
    }

    private static var digestKey: String { "dataDigest" }

    /// Throws where the run in the folder was begun on other data.
    private static func check(digest: String?, in folder: RunFolder) throws {
        guard let digest, FileAccess.exists(folder.configurationPath),
            let begun = try folder.configuration()[digestKey]?.stringValue, begun != digest
        else { return }
        throw CheckpointError(
            .mismatch,
            "\(folder.path) was begun on other data: their digest was \(begun), and is \(digest); resume on the same, "
                + "or start anew in another folder.")
    }

    /// Takes up a state.
    func restore(_ state: TrainingState) throws {
        try model.load(state.checkpoint)
        try state.restore(procedure, path: folder.checkpointPath)
        (noise, order, step) = (state.noise, state.order, state.step)
    }

    /// The state now, which shares the weights with the model.
    var state: TrainingState {
        TrainingState(step: step, order: order, noise: noise, model: model, optimizerState: procedure.state)
    }

    private var planEntries: [String: JSON] {
        var entries: [String: JSON] = [
            "batchSize": .integer(plan.batchSize), "seed": .string(String(plan.seed)),
            "device": .string(device.name),
        ]
        if let tiles = device.tiles { entries["tiles"] = .string(tiles) }
        if let rate = procedure.optimizers.first?.optimizer.learningRate {
            entries["learningRate"] = .float(rate)
        }
        switch plan.length {
        case .epochs(let count): entries["epochs"] = .integer(count)
        case .steps(let count): entries["steps"] = .integer(count)
        }
        if let interval = plan.evaluationInterval { entries["evaluateEvery"] = .integer(interval) }
        if let interval = plan.checkpointInterval { entries["checkpointEvery"] = .integer(interval) }
        return entries
    }

    /// The steps of the whole run.
    public var stepCount: Int { plan.stepCount(batchesPerEpoch: order.batchesPerEpoch) }

    private var epochCount: Int { (stepCount - 1) / order.batchesPerEpoch + 1 }

    /// Trains until the plan is fulfilled or `stop` is requested; both leave a checkpoint.
    ///
    /// - Throws: ``TrainingError`` where the loss is not finite, and what the data set, the device, the file system
    ///   and `report` throw. The last checkpoint stays.
    @discardableResult
    public func run(
        stop: StopRequest = StopRequest(), report: (TrainingEvent) throws -> Void = { _ in }
    ) throws -> TrainingSummary {
        try Device.with(device) {
            try report(.started(step: step, stepCount: stepCount))
            var summary = TrainingSummary(step: step, isComplete: false, epochSeconds: [])
            var savedStep = folder.holdsCheckpoint ? step : -1
            recent = state
            proven = recent
            for (name, state) in procedure.lossScaleStates {
                lossScales[name] = try LossScale(reading: state, on: device)
            }
            meter.start(step: step, isEpochStart: order.position == 0)
            let loader = BatchLoader(data, order: order)
            while step < stepCount, !stop.isRequested {
                let batch = try loader.next()
                order = loader.order
                let losses = try procedure.step(batch, noise: &noise)
                step += 1
                meter.count(examples: batch.count)
                unread.append(
                    Unread(
                        step: step, losses: losses, gradientNorms: procedure.gradientNorms,
                        lossScales: procedure.lossScaleStates))
                let isEpochEnd = order.position == 0
                let isLast = step == stepCount
                let isEvaluationDue =
                    isLast || (plan.evaluationInterval.map { step.isMultiple(of: $0) } ?? isEpochEnd)
                let isCheckpointDue =
                    isEpochEnd || isEvaluationDue
                    || (plan.checkpointInterval.map { step.isMultiple(of: $0) } ?? false)
                if unread.count >= Self.unreadLimit || meter.isReportDue || isCheckpointDue {
                    summary.loss = try readLosses(report)
                }
                if isEpochEnd, let seconds = meter.endEpoch() {
                    summary.epochSeconds.append(seconds)
                    try report(.completedEpoch(order.epoch, seconds: seconds))
                }
                guard isCheckpointDue else { continue }
                try checkState()
                if isEvaluationDue {
                    let evaluation = try procedure.withAverages { try evaluate(report) }
                    summary.evaluation = evaluation ?? summary.evaluation
                }
                try save(report)
                savedStep = step
                meter.resume(isEpochStart: isEpochEnd)
            }
            if step != savedStep {
                summary.loss = try readLosses(report) ?? summary.loss
                try checkState()
                try save(report)
            }
            summary.step = step
            summary.isComplete = step >= stepCount
            summary.best = log.best.map { ($0.step, Evaluation($0.value, log.measure)) }
            return summary
        }
    }

    /// Reads the losses that are still on the device, and gives the last of those that are reported.
    private func readLosses(_ report: (TrainingEvent) throws -> Void) throws -> Double? {
        var sum = 0.0
        let alarms = procedure.alarms + procedure.gradientAlarms
        for entry in unread {
            let step = entry.step
            let losses = try entry.losses.map { tensor throws(DeviceError) in try tensor.scalar(on: device) }
            if let loss = losses.first(where: { !$0.isFinite }) {
                try log.flush()
                unread = []
                try stop(
                    at: step, because: "The loss became \(loss.isNaN ? "NaN" : "infinite") in step \(step)")
            }
            log.append(
                step: step, losses: losses,
                others: try entry.gradientNorms.map { ($0.name, try $0.norm.scalar(on: device)) })
            try ring(alarms, step: step, report: report)
            for (name, state) in entry.lossScales {
                let scale = try LossScale(reading: state, on: device)
                if scale == lossScales[name] { continue }
                lossScales[name] = scale
                log.append(step: step, lossScale: scale, name: name)
                try report(.rescaled(step: step, scale))
            }
            sum += Double(losses.first ?? 0)
        }
        if unread.isEmpty { return nil }
        let mean = sum / Double(unread.count)
        unread = []
        // A loss after it was finite, and so were the weights.
        if let recent, recent.step < step { proven = recent }
        recent = state
        let rate = meter.report(step: step)
        try report(
            .progressed(
                TrainingProgress(
                    step: step, stepCount: stepCount, epoch: (step - 1) / order.batchesPerEpoch + 1,
                    epochCount: epochCount, loss: mean, examplesPerSecond: rate.examplesPerSecond,
                    secondsLeft: rate.stepsPerSecond > 0 ? Double(stepCount - step) / rate.stepsPerSecond : 0)
            ))
        return log.losses.first?.values.last?.value
    }

    /// Ends the run where a weight or an optimizer's moment is not finite.
    private func checkState() throws {
        guard let (name, value) = try state.firstNonFinite() else { return }
        try log.flush()
        try stop(at: step, because: "\(name) became \(value.isNaN ? "NaN" : "infinite") in step \(step)")
    }

    /// Goes back to before the step that went wrong, and throws why.
    private func stop(at step: Int, because event: String) throws -> Never {
        // Weights that were not used yet may be what is wrong.
        let start = [recent, proven].compactMap(\.self).first { $0.step + 1 < step } ?? proven
        throw try failure(at: step, because: event, goingBackTo: start)
    }

    /// Scores the evaluation data and draws samples, where the model can; neither changes the run's state. Where
    /// averages of the weights are kept, the model is seen with these.
    private func evaluate(_ report: (TrainingEvent) throws -> Void) throws -> Evaluation? {
        var evaluation: Evaluation?
        if let evaluationData, let model = model as? any EvaluableModel {
            let scored = Evaluation(
                try model.evaluation(over: evaluationData, on: device), type(of: model).measure)
            log.append(step: step, evaluation: scored.value)
            try report(.evaluated(step: step, scored))
            evaluation = scored
        }
        if plan.sampleCount > 0, let model = model as? any GenerativeModel {
            let samples = model.samples(plan.sampleCount, seed: plan.seed)
            try report(.sampled(step: step, samples: samples))
        }
        if plan.diversityCount > 0, let model = model as? any GenerativeModel {
            try compareSamples(of: model, report)
        }
        return evaluation
    }

    /// Writes the metrics, the picture of the losses and, last, the checkpoints: where there is a checkpoint,
    /// the metrics reach as far, and where there is a best one, the last is not older.
    private func save(_ report: (TrainingEvent) throws -> Void) throws {
        try log.flush()
        let curve = LossCurve(
            series: log.losses, evaluations: log.evaluations,
            quantity: model is any LikelihoodModel ? "loss, nats per example" : "loss",
            marks: alarmMarks(on: Set(procedure.lossNames)))
        try FileAccess.write(curve.svg, to: folder.lossCurvePath)
        try plotMeasures()
        let bytes = try state.checkpoint.encoded()
        try FileAccess.write(bytes, to: folder.checkpointPath)
        if log.best?.step == step { try FileAccess.write(bytes, to: folder.bestCheckpointPath) }
        try report(.saved(step: step))
    }
}

extension TrainingRun where Model: TrainableModel {
    /// Makes the folder ready, and takes up the run in it when `resuming`, for a model with one loss.
    ///
    /// - Parameters:
    ///   - model: What is trained.
    ///   - optimizer: What updates it; one that was made for `model`.
    ///   - data: The examples.
    ///   - evaluationData: Examples that the model is scored with after each epoch, if any.
    ///   - plan: How long and in what steps.
    ///   - folder: Where the files are put.
    ///   - configuration: What `config.json` shall say besides the plan.
    ///   - resuming: Whether to go on from a checkpoint in the folder.
    ///   - device: What the run runs on.
    /// - Throws: ``TrainingError``, ``CheckpointError``, ``FileError``.
    public convenience init(
        of model: Model, with optimizer: any Optimizer, on data: any DataSet,
        evaluating evaluationData: (any DataSet)? = nil, plan: TrainingPlan, folder: RunFolder,
        configuration: [String: JSON] = [:], resuming: Bool = false, device: Device = .default
    ) throws {
        try self.init(
            of: model, by: LossMinimization(of: model, with: optimizer), on: data, evaluating: evaluationData,
            plan: plan, folder: folder, configuration: configuration, resuming: resuming, device: device)
    }
}
