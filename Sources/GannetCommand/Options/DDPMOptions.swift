import ArgumentParser
import GannetModels

/// What a diffusion model is like.
struct DDPMOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How pictures become noise: by variances that grow linearly, by their roots that do, by a sigmoid, or by a part of the "
                + "picture that falls as a cosine or a sigmoid does. (default: linear)",
            valueName: NoiseScheduleName.allCases.map(\.rawValue).joined(separator: "|")))
    var schedule: NoiseScheduleName?

    @Option(help: "In how many steps they do so. (default: \(DDPMConfiguration.standard.timesteps))")
    var timesteps: Int?

    @Option(
        help: ArgumentHelp(
            "What the network tells of a noised picture: the noise, the picture, or the velocity, which is between both. "
                + "(default: noise)", valueName: "noise|image|velocity"))
    var prediction: PredictionName?

    @Option(
        help: ArgumentHelp(
            "The variance of the steps back: the least or the largest that makes sense, or what the network says. "
                + "(default: small)", valueName: "small|large|learned"))
    var variance: VarianceName?

    @Option(
        help: ArgumentHelp(
            "What is minimised: the squared error of the prediction, the bound on the likelihood, or with a learned variance both. "
                + "(default: simple, hybrid with a learned variance)", valueName: "simple|bound|hybrid"))
    var loss: ObjectiveName?

    @Flag(help: "Draw the time steps of training as often as their losses are large.")
    var importance = false

    @Flag(help: "Tell the network the class of each picture. The data must name the classes.")
    var classes = false

    @Option(
        help: ArgumentHelp(
            "The sides of the squares of pixels that the network takes as one place: with 2 it is about three times as fast. "
                + "(default: \(DDPMConfiguration.standard.patch))", valueName: "pixels"))
    var patch: Int?

    @Option(
        help: ArgumentHelp(
            "The features of the network's levels, from that of the patches down. (default: "
                + "\(DDPMConfiguration.standard.features.map(String.init).joined(separator: ",")))",
            valueName: "n,n,…"),
        transform: { try wholeNumbers($0, "--features") })
    var features: [Int]?

    @Option(
        help: ArgumentHelp(
            "The residual blocks of a level on the way down; on the way up there is one more. "
                + "(default: \(DDPMConfiguration.standard.blocks))"))
    var blocks: Int?

    @Option(
        help: ArgumentHelp(
            "The levels, from 0, with attention behind their blocks, too. In the middle there always is. (default: none)",
            valueName: "n,n,…"),
        transform: { try wholeNumbers($0, "--attention") })
    var attention: [Int]?

    @Option(help: "The share of features that blocks drop in training. (default: 0)")
    var dropout: Float?

    func validate() throws {
        try checkRange("--timesteps", timesteps, DDPMConfiguration.timestepCounts)
        try checkRange("--patch", patch, DDPMConfiguration.patchSides)
        try checkRange("--blocks", blocks, DDPMConfiguration.blockCounts)
        for number in features ?? [] { try checkRange("--features", number, DDPMConfiguration.featureCounts) }
        if let dropout, !(0..<1).contains(dropout) {
            throw ValidationError("--dropout is \(dropout), and must be at least 0 and below 1.")
        }
        if loss == .hybrid, variance != .learned {
            throw ValidationError("--loss hybrid trains a learned variance: give --variance learned, too.")
        }
    }
}

/// The schedules that can be named.
enum NoiseScheduleName: String, ExpressibleByArgument, CaseIterable {
    case linear, quadratic, sigmoid, cosine
    case cumulativeSigmoid = "cumulative-sigmoid"

    func schedule(timesteps: Int) -> NoiseSchedule {
        switch self {
        case .linear: .linear(timesteps: timesteps)
        case .quadratic: .quadratic(timesteps: timesteps)
        case .sigmoid: .sigmoid(timesteps: timesteps)
        case .cosine: .cosine(timesteps: timesteps)
        case .cumulativeSigmoid: .cumulativeSigmoid(timesteps: timesteps)
        }
    }
}

/// What a network can predict.
enum PredictionName: String, ExpressibleByArgument, CaseIterable {
    case noise, image, velocity

    var prediction: DenoiserPrediction {
        switch self {
        case .noise: .noise
        case .image: .image
        case .velocity: .velocity
        }
    }
}

/// The variances of steps back that can be named.
enum VarianceName: String, ExpressibleByArgument, CaseIterable {
    case small, large, learned

    var variance: ReverseVariance {
        switch self {
        case .small: .fixedSmall
        case .large: .fixedLarge
        case .learned: .learned
        }
    }
}

/// What can be minimised.
enum ObjectiveName: String, ExpressibleByArgument, CaseIterable {
    case simple, bound, hybrid

    var objective: DiffusionObjective {
        switch self {
        case .simple: .simple
        case .bound: .bound
        // As in the paper.
        case .hybrid: .hybrid(weight: 0.001)
        }
    }
}
