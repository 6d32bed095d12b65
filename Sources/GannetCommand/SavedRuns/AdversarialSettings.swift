import ArgumentParser
import Gannet
import GannetModels

/// How two networks are trained against each other, as `config.json` says it.
struct AdversarialSettings: Hashable {
    static let criticStepCounts = 1...1000
    // They are counted in float32.
    static let updateCounts = 1...1 << 24
    static let replayCounts = 0...1 << 20

    /// What is said of a critic that nothing keeps smooth.
    static let roughCritic =
        "with the loss wasserstein something must keep the critic smooth: --penalty, --weight-bound or --normalization spectral"

    /// What keeps a discriminator smooth.
    enum Penalty: String, ExpressibleByArgument, CaseIterable { case none, gradient, r1 }

    var loss = AdversarialLoss.nonSaturating
    var criticSteps = 1
    var penalty = Penalty.none
    var penaltyWeight: Float = 10
    var drift: Float = 0
    var weightBound: Float?
    var smoothing: Float = 0
    var flipping: Float = 0
    var instanceNoise: Float = 0
    var noiseUpdates = 10_000
    var mixesBatches = false
    var replay = 0
    var sharesImages = false
    var criticLearningRate: Float?
    var criticRule: OptimizerSettings.Rule?

    /// What the networks minimise; may have an objection.
    var objective: AdversarialObjective {
        var objective = AdversarialObjective()
        objective.loss = loss
        switch penalty {
        case .none: break
        case .gradient: objective.penalties.append(.gradient(weight: penaltyWeight))
        case .r1: objective.penalties.append(.r1(weight: penaltyWeight))
        }
        objective.drift = drift
        objective.smoothing = smoothing
        objective.flipping = flipping
        objective.mixesBatches = mixesBatches
        objective.replay = replay
        if instanceNoise > 0 {
            objective.instanceNoise = InstanceNoise(deviation: instanceNoise, updates: noiseUpdates)
        }
        return objective
    }

    /// What makes no sense in all this; nil where all is well.
    var objection: String? {
        if sharesImages, criticSteps > 1 {
            return
                "--shared-images is for one update of the discriminator in a step, and --critic-steps is \(criticSteps)"
        }
        return objective.objection
    }

    /// The training of a model's two networks.
    func training<Model: AdversarialModel>(
        of model: Model, by optimizer: OptimizerSettings
    ) -> AdversarialTraining<Model> {
        var critic = optimizer
        critic.rule = criticRule ?? critic.rule
        critic.learningRate = criticLearningRate ?? critic.learningRate
        critic.weightBound = weightBound
        let (updates, overflows) = critic.updateCount.multipliedReportingOverflow(by: criticSteps)
        critic.updateCount = overflows ? .max : updates
        // Pictures are drawn by averages of the generator's weights alone.
        critic.ema = nil
        return AdversarialTraining(
            of: model, generator: optimizer.optimizer(for: model.generator),
            discriminator: critic.optimizer(for: model.discriminator),
            schedule: sharesImages ? .sharingImages : .alternating, discriminatorSteps: criticSteps)
    }
}

extension AdversarialSettings {
    /// Those of a kind of model, but for what the user says otherwise.
    init<Kind>(_ options: AdversarialOptions<Kind>) {
        self = Kind.standard
        loss = options.loss ?? loss
        criticSteps = options.criticSteps ?? criticSteps
        penalty = options.penalty ?? penalty
        penaltyWeight = options.penaltyWeight ?? penaltyWeight
        drift = options.drift ?? drift
        weightBound = options.weightBound.map(\.value) ?? weightBound
        smoothing = options.smoothing ?? (loss.hasTargets ? smoothing : 0)
        flipping = options.flipping ?? flipping
        instanceNoise = options.instanceNoise ?? instanceNoise
        noiseUpdates = options.noiseUpdates ?? noiseUpdates
        mixesBatches = options.mixedBatches
        replay = options.replay ?? replay
        sharesImages = options.sharedImages
        criticLearningRate = options.criticLearningRate
        criticRule = options.criticOptimizer
    }

    init(_ reader: ConfigurationReader) throws(TrainingError) {
        let json = reader.json
        func number(_ key: String) -> Float? { json[key]?.doubleValue.map { Float($0) } }
        guard let loss = json["loss"]?.stringValue.flatMap(AdversarialLoss.init(rawValue:)),
            let criticSteps = reader.integer("criticSteps", in: Self.criticStepCounts),
            let penalty = json["penalty"]?.stringValue.flatMap(Penalty.init(rawValue:)),
            let penaltyWeight = number("penaltyWeight"), let drift = number("drift"),
            let smoothing = number("smoothing"), let flipping = number("flipping"),
            let instanceNoise = number("instanceNoise"), instanceNoise >= 0, instanceNoise.isFinite,
            penaltyWeight >= 0,
            let noiseUpdates = reader.integer("noiseUpdates", in: Self.updateCounts),
            let mixesBatches = json["mixedBatches"]?.booleanValue
        else { throw reader.damaged }
        (self.loss, self.criticSteps, self.penalty) = (loss, criticSteps, penalty)
        (self.penaltyWeight, self.drift) = (penaltyWeight, drift)
        (self.smoothing, self.flipping) = (smoothing, flipping)
        (self.instanceNoise, self.noiseUpdates) = (instanceNoise, noiseUpdates)
        self.mixesBatches = mixesBatches
        replay = try reader.optionalInteger("replay", in: Self.replayCounts) ?? 0
        sharesImages = try reader.optional("sharedImages", \.booleanValue) ?? false
        weightBound = number("weightBound")
        criticLearningRate = number("criticLearningRate")
        criticRule = json["criticOptimizer"]?.stringValue.flatMap(OptimizerSettings.Rule.init(rawValue:))
        for (key, isKnown) in [
            ("weightBound", weightBound.map { $0 > 0 && $0.isFinite }),
            ("criticLearningRate", criticLearningRate.map { $0 > 0 && $0.isFinite }),
            ("criticOptimizer", criticRule.map { _ in true }),
        ] where json[key] != nil && isKnown != true { throw reader.damaged }
        if objection != nil { throw reader.damaged }
    }

    /// The entries of `config.json`.
    var json: [String: JSON] {
        [
            "loss": .string(loss.rawValue), "criticSteps": .integer(criticSteps),
            "penalty": .string(penalty.rawValue), "penaltyWeight": .float(penaltyWeight),
            "drift": .float(drift),
            "weightBound": weightBound.map { .float($0) }, "smoothing": .float(smoothing),
            "flipping": .float(flipping), "instanceNoise": .float(instanceNoise),
            "noiseUpdates": .integer(noiseUpdates), "mixedBatches": .boolean(mixesBatches),
            "replay": .integer(replay), "sharedImages": .boolean(sharesImages),
            "criticLearningRate": criticLearningRate.map { .float($0) },
            "criticOptimizer": criticRule.map { .string($0.rawValue) },
        ].compactMapValues(\.self)
    }
}

extension ModelConfiguration {
    /// Throws where options are not those that a run was begun with.
    static func checkUnchanged<Kind>(
        _ options: AdversarialOptions<Kind>, _ settings: AdversarialSettings
    ) throws(TrainingError) {
        try checkUnchanged("loss", options.loss, settings.loss, text: \.rawValue)
        try checkUnchanged("penalty", options.penalty, settings.penalty, text: \.rawValue)
        try checkUnchanged([
            ("critic-steps", options.criticSteps, settings.criticSteps),
            ("noise-updates", options.noiseUpdates, settings.noiseUpdates),
            ("replay", options.replay, settings.replay),
        ])
        for (name, given, own) in [
            ("penalty-weight", options.penaltyWeight, settings.penaltyWeight),
            ("drift", options.drift, settings.drift), ("smoothing", options.smoothing, settings.smoothing),
            ("flipping", options.flipping, settings.flipping),
            ("instance-noise", options.instanceNoise, settings.instanceNoise),
        ] {
            try checkUnchanged(name, given, own) { "\($0)" }
        }
        // These can be none.
        if let bound = options.weightBound {
            try checkUnchanged("weight-bound", .some(bound.value), settings.weightBound) {
                $0.map { "\($0)" } ?? "none"
            }
        }
        if let rate = options.criticLearningRate {
            try checkUnchanged("critic-learning-rate", .some(.some(rate)), settings.criticLearningRate) {
                $0.map { "\($0)" } ?? "that of --learning-rate"
            }
        }
        if let rule = options.criticOptimizer {
            try checkUnchanged("critic-optimizer", .some(.some(rule)), settings.criticRule) {
                $0?.rawValue ?? "that of --optimizer"
            }
        }
        try checkUnchanged("mixed-batches", isGiven: options.mixedBatches, settings.mixesBatches)
        try checkUnchanged("shared-images", isGiven: options.sharedImages, settings.sharesImages)
    }
}
