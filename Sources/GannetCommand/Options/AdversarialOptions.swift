import ArgumentParser
import Gannet

/// How two networks are trained against each other.
struct AdversarialOptions<Kind: AdversarialKind>: ParsableArguments {
    private static var standard: AdversarialSettings { Kind.standard }

    @OptionGroup var networks: Kind.Networks.Options

    @Option(
        help: ArgumentHelp(
            "What is minimised: the first paper's game, the same with a generator's loss that does not saturate, squared distances, "
                + "margins, or the critic's own scores. (default: \(standard.loss.rawValue))",
            valueName: AdversarialLoss.allCases.map(\.rawValue).joined(separator: "|")))
    var loss: AdversarialLoss?

    @Option(
        help: ArgumentHelp(
            "The updates of the discriminator in a step, which share its pictures. (default: \(standard.criticSteps))",
            valueName: "number"))
    var criticSteps: Int?

    @Option(
        help: ArgumentHelp(
            "What keeps the discriminator smooth: nothing, a slope of 1 between pictures of both kinds, or a small one at pictures of the "
                + "data. (default: \(standard.penalty.rawValue))",
            valueName: AdversarialSettings.Penalty.allCases.map(\.rawValue).joined(separator: "|")))
    var penalty: AdversarialSettings.Penalty?

    @Option(help: "The weight of the penalty. (default: 10)")
    var penaltyWeight: Float?

    @Option(
        help: ArgumentHelp(
            "What the scores' squares count in the discriminator's loss, so that they stay near 0. (default: \(standard.drift))",
            valueName: "weight"))
    var drift: Float?

    @Option(
        help: ArgumentHelp(
            "How far from 0 the discriminator's weights may go: they are clipped after each update. (default: "
                + "\(standard.weightBound.map { "\($0)" } ?? "none"))", valueName: "bound|none"))
    var weightBound: WeightBound?

    @Option(
        help: ArgumentHelp(
            "By how much less than 1 the discriminator is to say of pictures of the data. (default: \(standard.smoothing))",
            valueName: "amount"))
    var smoothing: Float?

    @Option(
        help: ArgumentHelp(
            "The share of pictures that the discriminator is told to be of the other kind. (default: 0)",
            valueName: "share"))
    var flipping: Float?

    @Option(
        help: ArgumentHelp(
            "The deviation of noise on all pictures that the discriminator sees, at first. (default: 0)",
            valueName: "deviation"))
    var instanceNoise: Float?

    @Option(
        help: ArgumentHelp(
            "After how many updates of the discriminator there is none of it left. (default: 10000)",
            valueName: "updates"))
    var noiseUpdates: Int?

    @Flag(
        help: ArgumentHelp(
            "Let the discriminator see pictures of both kinds as one batch, whose statistics its normalisation takes."
        ))
    var mixedBatches = false

    @Flag(
        help: ArgumentHelp(
            "Let both networks learn from the same made pictures, so that the generator runs once a step; with --critic-steps 1."
        ))
    var sharedImages = false

    @Option(
        help: ArgumentHelp(
            "How many made pictures of earlier updates to keep, of which the discriminator sees some again in place of half of the new "
                + "ones; all are moved and saved with the model. (default: 0)", valueName: "pictures"))
    var replay: Int?

    @Option(
        help: ArgumentHelp(
            "The discriminator's step size. (default: that of --learning-rate)", valueName: "rate"))
    var criticLearningRate: Float?

    @Option(help: "How the discriminator's weights are updated. (default: as --optimizer says)")
    var criticOptimizer: OptimizerSettings.Rule?

    func validate() throws {
        try checkRange("--critic-steps", criticSteps, AdversarialSettings.criticStepCounts)
        try checkRange("--replay", replay, AdversarialSettings.replayCounts)
        try checkRange("--noise-updates", noiseUpdates, AdversarialSettings.updateCounts)
        func check(_ option: String, _ value: Float?, _ isRight: (Float) -> Bool, _ need: String) throws {
            guard let value, !isRight(value) else { return }
            throw ValidationError("\(option) is \(value), and must be \(need).")
        }
        try check(
            "--critic-learning-rate", criticLearningRate, { $0 > 0 && $0.isFinite }, "a number above 0")
        for (option, value) in [
            ("--penalty-weight", penaltyWeight), ("--drift", drift), ("--instance-noise", instanceNoise),
        ] {
            try check(option, value, { $0 >= 0 && $0.isFinite }, "a number of at least 0")
        }
        try check("--smoothing", smoothing, { (0..<1).contains($0) }, "at least 0 and below 1")
        try check("--flipping", flipping, { (0...0.5).contains($0) }, "from 0 to 0.5")
        if penaltyWeight != nil, (penalty ?? Self.standard.penalty) == .none {
            throw ValidationError("--penalty-weight is for a penalty: give --penalty, too.")
        }
        if noiseUpdates != nil, !(instanceNoise ?? 0 > 0) {
            throw ValidationError("--noise-updates is for noise on pictures: give --instance-noise, too.")
        }
    }
}

extension AdversarialLoss: ExpressibleByArgument {}

/// A bound on weights, or none.
enum WeightBound: ExpressibleByArgument {
    case none
    case within(Float)

    init?(argument: String) {
        if argument == "none" {
            self = .none
        } else if let bound = Float(argument), bound > 0, bound.isFinite {
            self = .within(bound)
        } else {
            return nil
        }
    }

    var value: Float? {
        switch self {
        case .none: nil
        case .within(let bound): bound
        }
    }
}
