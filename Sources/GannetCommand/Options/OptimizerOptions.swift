import ArgumentParser
import Gannet

/// How weights are updated, as the user says it.
struct OptimizerOptions: ParsableArguments {
    @Option(
        help:
            "How weights are updated: sgd (momentum 0.9), rmsprop, adam, adamw or lion. (default: adam, for wgan rmsprop)"
    )
    var optimizer: OptimizerSettings.Rule?

    @Option(
        help: ArgumentHelp(
            "The decay of Adam's average of gradients, its momentum; also AdamW's and Lion's. (default: 0.9, for GANs 0.5)",
            valueName: "decay"))
    var beta1: Double?

    @Option(
        help: ArgumentHelp(
            "The decay of that of their squares, of which Lion has none: there, of its momentum. (default: 0.999, "
                + "for wgan-gp 0.9, for lion 0.99)",
            valueName: "decay"))
    var beta2: Double?

    @Option(
        help: ArgumentHelp(
            "The decay of weights, but not of biases and norms. (default: 0, for adamw 0.01)",
            valueName: "factor"))
    var weightDecay: Float?

    @Option(
        help: ArgumentHelp(
            "How the learning rate changes over the run: constant, linear or cosine (to 0), exponential (to a "
                + "hundredth), or step (a tenth after each third). (default: constant)"))
    var learningRateSchedule: OptimizerSettings.Schedule?

    @Option(
        help: ArgumentHelp(
            "Let the learning rate grow over the first so many updates. (default: 0)", valueName: "updates"))
    var warmup: Int?

    @Option(
        help: ArgumentHelp("Scale gradients whose norm is above this down to it.", valueName: "norm"))
    var clip: Float?

    @Option(
        help: ArgumentHelp(
            "Keep moving averages of the weights, such as 0.999; pictures and figures are then theirs. "
                + "(default: none, for ddpm and GANs 0.999)",
            valueName: "decay"))
    var ema: Double?

    @Option(
        help: ArgumentHelp(
            "Take the mean gradient of so many batches for one update; --steps counts batches. (default: 1)",
            valueName: "batches"))
    var accumulate: Int?

    @Option(
        help: ArgumentHelp(
            "What products and convolutions are rounded to: float32, bfloat16, or float16 with a loss scale that "
                + "adapts itself. (default: float32)"))
    var precision: OptimizerSettings.Precision?
}

/// The decays of Adam's averages, of gradients and of their squares.
struct AdamDecays: Hashable, Sendable {
    var beta1 = 0.9
    var beta2 = 0.999

    /// Those of Lion, whose second is of its momentum.
    static let lion = AdamDecays(beta2: 0.99)
}

/// How weights are updated: what was asked for, else what the run was begun with, else the defaults.
struct OptimizerSettings: Hashable, Sendable {
    enum Rule: String, ExpressibleByArgument, CaseIterable, Sendable {
        case sgd, rmsprop, adam, adamw, lion

        /// The name in sentences.
        var title: String {
            switch self {
            case .sgd: "SGD"
            case .rmsprop: "RMSProp"
            case .adam: "Adam"
            case .adamw: "AdamW"
            case .lion: "Lion"
            }
        }
    }
    enum Schedule: String, ExpressibleByArgument, CaseIterable, Sendable {
        case constant, linear, cosine, exponential, step
    }
    enum Precision: String, ExpressibleByArgument, CaseIterable, Sendable { case float32, bfloat16, float16 }

    var rule: Rule
    var learningRate: Float
    /// The decays of Adam's averages, of gradients and of their squares, where nobody says others.
    var standardDecays: AdamDecays
    /// The first decay of Adam, AdamW or Lion; nil for the standard one.
    var beta1: Double?
    /// The second.
    var beta2: Double?
    /// How far from 0 weights may go; nil for no bound.
    var weightBound: Float?
    /// Whether the norm of gradients is measured.
    var measuresGradients = false
    var weightDecay: Float
    var schedule: Schedule
    var warmup: Int
    var clip: Float?
    var ema: Double?
    var accumulation: Int
    var precision: Precision
    /// The number of updates of the whole run, which schedules stretch over.
    var updateCount = 0

    /// - Parameters:
    ///   - given: What was asked for.
    ///   - learningRate: The step size.
    ///   - averageDecay: The decay of the weights' averages where nobody says another; nil for no averages.
    ///   - rule: How weights are updated where nobody says otherwise.
    ///   - decays: The decays of Adam's averages where nobody says others.
    ///   - saved: What the run was begun with; empty for a new one.
    init(
        _ given: OptimizerOptions, learningRate: Float, averageDecay: Double? = nil,
        rule standard: Rule = .adam, decays: AdamDecays, saved: JSON
    ) throws {
        func choice<Value: RawRepresentable<String>>(_ value: Value?, _ key: String) -> Value? {
            value ?? saved[key]?.stringValue.flatMap(Value.init(rawValue:))
        }
        let rule = choice(given.optimizer, "optimizer") ?? standard
        self.rule = rule
        self.learningRate = learningRate
        standardDecays = decays
        beta1 = given.beta1 ?? saved["beta1"]?.doubleValue
        beta2 = given.beta2 ?? saved["beta2"]?.doubleValue
        weightDecay =
            given.weightDecay ?? saved["weightDecay"]?.doubleValue.map { Float($0) }
            ?? (rule == .adamw ? 0.01 : 0)
        schedule = choice(given.learningRateSchedule, "learningRateSchedule") ?? .constant
        warmup = given.warmup ?? saved["warmup"]?.integerValue ?? 0
        clip = given.clip ?? saved["clip"]?.doubleValue.map { Float($0) }
        ema = given.ema ?? saved["ema"]?.doubleValue ?? (saved == [:] ? averageDecay : nil)
        accumulation = given.accumulate ?? saved["accumulate"]?.integerValue ?? 1
        precision = choice(given.precision, "precision") ?? .float32
        try Self.checkDecays(given, of: rule)
        try validate()
    }

    private static func checkDecays(_ given: OptimizerOptions, of rule: Rule) throws(TrainingError) {
        for (name, beta) in [("--beta1", given.beta1), ("--beta2", given.beta2)] {
            guard let beta else { continue }
            if !(0..<1).contains(beta) {
                throw TrainingError(.badPlan, "\(name) is \(beta), and must be at least 0 and below 1.")
            }
            if rule == .sgd || rule == .rmsprop {
                throw TrainingError(
                    .badPlan,
                    "\(name) is of Adam, AdamW and Lion, and weights are updated by \(rule.title): leave it out."
                )
            }
        }
    }

    private func validate() throws(TrainingError) {
        if !learningRate.isFinite || learningRate <= 0 {
            throw TrainingError(
                .badPlan, "The learning rate is \(learningRate), and must be a number above 0.")
        }
        if !weightDecay.isFinite || weightDecay < 0 {
            throw TrainingError(
                .badPlan, "The weight decay is \(weightDecay), and must be a number of at least 0.")
        }
        if warmup < 0 {
            throw TrainingError(.badPlan, "The warm-up is \(warmup) updates, and must be at least 0.")
        }
        if let objection = options.objection { throw TrainingError(.badPlan, objection) }
    }

    /// The entries of `config.json`: those that are not as they are by default.
    var json: [String: JSON] {
        var entries: [String: JSON] = ["optimizer": .string(rule.rawValue)]
        if let beta1 { entries["beta1"] = .number(beta1) }
        if let beta2 { entries["beta2"] = .number(beta2) }
        if weightDecay != (rule == .adamw ? 0.01 : 0) { entries["weightDecay"] = .float(weightDecay) }
        if schedule != .constant { entries["learningRateSchedule"] = .string(schedule.rawValue) }
        if warmup > 0 { entries["warmup"] = .integer(warmup) }
        if let clip { entries["clip"] = .float(clip) }
        if let ema { entries["ema"] = .number(ema) }
        if accumulation > 1 { entries["accumulate"] = .integer(accumulation) }
        if precision != .float32 { entries["precision"] = .string(precision.rawValue) }
        return entries
    }

    private var learningRateSchedule: LearningRateSchedule {
        let count = max(updateCount - warmup, 1)
        let schedule: LearningRateSchedule =
            switch schedule {
            case .constant: .constant
            case .linear: .linear(from: 1, to: 0, over: count)
            case .cosine: .cosine(over: count)
            // A hundredth is e to the −4.605.
            case .exponential: .exponential(decay: 1 - min(4.605 / Double(count), 0.99))
            case .step: .steps(at: [count / 3, count - count / 3], factor: 0.1)
            }
        return schedule.warmedUp(over: max(warmup, 0))
    }

    private var options: UpdateOptions {
        UpdateOptions(
            groups: weightDecay > 0 ? [.noDecayOnNormsAndBiases] : [], schedule: learningRateSchedule,
            clipping: clip.map { .norm($0) }, accumulation: accumulation,
            averaging: ema.map { WeightAverage(decay: $0) },
            lossScaling: precision == .float16 ? .dynamic() : nil,
            precision: precision == .float16 ? .float16 : precision == .bfloat16 ? .bfloat16 : nil,
            weightBound: weightBound, measuresGradients: measuresGradients)
    }

    private var decays: AdamDecays {
        let standard = rule == .lion ? .lion : standardDecays
        return AdamDecays(beta1: beta1 ?? standard.beta1, beta2: beta2 ?? standard.beta2)
    }

    /// An optimizer of the parameters of `model`.
    func optimizer(for model: some Module) -> any Optimizer {
        let options = options
        return switch rule {
        case .sgd:
            SGD(
                for: model, learningRate: learningRate, momentum: 0.9, weightDecay: weightDecay,
                options: options)
        case .rmsprop:
            RMSProp(
                for: model, learningRate: learningRate, weightDecay: weightDecay, options: options)
        case .adam:
            Adam(
                for: model, learningRate: learningRate, beta1: decays.beta1, beta2: decays.beta2,
                weightDecay: weightDecay, options: options)
        case .adamw:
            AdamW(
                for: model, learningRate: learningRate, beta1: decays.beta1, beta2: decays.beta2,
                weightDecay: weightDecay, options: options)
        case .lion:
            Lion(
                for: model, learningRate: learningRate, beta1: decays.beta1, beta2: decays.beta2,
                weightDecay: weightDecay, options: options)
        }
    }
}
