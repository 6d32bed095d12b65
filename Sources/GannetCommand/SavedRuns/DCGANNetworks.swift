import ArgumentParser
import Gannet
import GannetModels

/// The networks of a DCGAN.
struct DCGANNetworks: AdversarialNetworks {
    static let featureCounts = 1...1024
    static let latentCounts = 1...4096
    static let hiddenCounts = 0...65_535

    /// What the networks are like.
    struct Options: ParsableArguments {
        @Option(
            help:
                "The features of both networks at the largest size, twice as many at each smaller one. (default: 32)"
        )
        var features: Int?

        @Option(help: "The number of latent variables. (default: 64)")
        var latents: Int?

        @Option(
            help: ArgumentHelp(
                "The units of a fully connected layer at the small end of both networks, 0 for none. (default: 512)",
                valueName: "units"))
        var hidden: Int?

        @Option(
            help: ArgumentHelp(
                "How the discriminator's features are normalised: over the batch, over each picture, by the size of the weights, or "
                    + "not. (default: batch, for wgan-gp layer)",
                valueName: DiscriminatorNormalization.allCases.map(\.rawValue).joined(separator: "|")))
        var normalization: DiscriminatorNormalization?

        @OptionGroup var tricks: AdversarialTricks.Options

        func validate() throws {
            try checkRange("--features", features, DCGANNetworks.featureCounts)
            try checkRange("--latents", latents, DCGANNetworks.latentCounts)
            try checkRange("--hidden", hidden, DCGANNetworks.hiddenCounts)
        }
    }

    var features = 32
    var latents = 64
    var hidden = 512
    var normalization = DiscriminatorNormalization.batch
    var tricks = AdversarialTricks()

    init(normalization: DiscriminatorNormalization = .batch) { self.normalization = normalization }

    init(_ options: Options, standard: Self) {
        features = options.features ?? standard.features
        latents = options.latents ?? standard.latents
        hidden = options.hidden ?? standard.hidden
        normalization = options.normalization ?? standard.normalization
        tricks = AdversarialTricks(options.tricks)
    }

    init(_ reader: ConfigurationReader) throws(TrainingError) {
        guard let features = reader.integer("features", in: Self.featureCounts),
            let latents = reader.integer("latents", in: Self.latentCounts),
            let normalization = reader.json["normalization"]?.stringValue.flatMap(
                DiscriminatorNormalization.init(rawValue:))
        else { throw reader.damaged }
        (self.features, self.latents, self.normalization) = (features, latents, normalization)
        hidden = try reader.optionalInteger("hidden", in: Self.hiddenCounts) ?? 0
        tricks = try AdversarialTricks(reader)
    }

    var json: [String: JSON] {
        [
            "features": .integer(features), "latents": .integer(latents), "hidden": .integer(hidden),
            "normalization": .string(normalization.rawValue),
        ].merging(tricks.json) { $1 }
    }

    func changes(_ options: Options) -> [(name: String, given: String, own: String)] {
        [
            ("features", "\(options.features ?? features)", "\(features)"),
            ("latents", "\(options.latents ?? latents)", "\(latents)"),
            ("hidden", "\(options.hidden ?? hidden)", "\(hidden)"),
            ("normalization", (options.normalization ?? normalization).rawValue, normalization.rawValue),
        ] + tricks.changes(options.tricks)
    }

    /// The networks for pictures of a shape, of so many classes or none.
    private func plan(_ imageShape: Shape, classes: Int?, tellsClasses: Bool = false) -> DCGANPlan {
        var plan = DCGANPlan(imageShape: imageShape)
        (plan.features, plan.latents, plan.classes) = (features, latents, classes)
        plan.hidden = hidden > 0 ? hidden : nil
        (plan.tellsClasses, plan.normalization) = (tellsClasses, normalization)
        (plan.comparison, plan.dropoutRate) = (tricks.comparison, tricks.dropout)
        return plan
    }

    func objection(to imageShape: Shape, classes: Int, _ settings: AdversarialSettings) -> String? {
        let plan = plan(imageShape, classes: classes > 0 ? classes : nil)
        if let objection = plan.objection { return objection }
        if plan.weightCount > 0x1p28 { return "it would have too many weights" }
        if normalization == .batch, settings.penalty != .none {
            return
                "a penalty on the discriminator's slope at each picture goes with any --normalization but batch"
        }
        if normalization != .batch, settings.mixesBatches {
            return "--mixed-batches is for --normalization batch, which takes the statistics of what it sees"
        }
        if let objection = tricks.objection(settings) { return objection }
        if normalization == .spectral, settings.weightBound != nil {
            return "weights that are divided by their size (--normalization spectral) need no --weight-bound"
        }
        if settings.loss == .wasserstein, settings.penalty == .none, settings.weightBound == nil,
            normalization != .spectral
        {
            return AdversarialSettings.roughCritic
        }
        return nil
    }

    func model(
        imageShape: Shape, classes: Int?, tellsClasses: Bool, objective: AdversarialObjective, seed: UInt64
    ) -> DCGAN {
        DCGAN(
            plan(imageShape, classes: classes, tellsClasses: tellsClasses), objective: objective, seed: seed)
    }
}

extension DiscriminatorNormalization: ExpressibleByArgument {}
