import ArgumentParser
import Gannet
import GannetModels

/// What a generator and a discriminator are like.
protocol AdversarialNetworks: Hashable, Sendable {
    associatedtype Options: ParsableArguments
    associatedtype Model: AdversarialModel & ConditionalModel

    /// Networks as the user wants them.
    init(_ options: Options, standard: Self)
    /// Those that a `config.json` tells of.
    init(_ reader: ConfigurationReader) throws(TrainingError)
    /// The entries of `config.json`.
    var json: [String: JSON] { get }
    /// Each option that was given and is not what a run was begun with.
    func changes(_ options: Options) -> [(name: String, given: String, own: String)]
    /// Why there is no model for pictures of a shape, of so many classes or 0, that is trained so; nil if there is.
    func objection(to imageShape: Shape, classes: Int, _ settings: AdversarialSettings) -> String?
    /// The model.
    func model(
        imageShape: Shape, classes: Int?, tellsClasses: Bool, objective: AdversarialObjective, seed: UInt64
    ) -> Model
}

/// The fully connected networks of a GAN.
struct PerceptronNetworks: AdversarialNetworks {
    static let widths = 1...65_535

    /// What the networks are like.
    struct Options: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "The units of the generator's hidden layers; the discriminator has the same ones in reverse. (default: 256,512)",
                valueName: "n,n,…"),
            transform: { try wholeNumbers($0, "--hidden") })
        var hidden: [Int]?

        @Option(help: "The number of latent variables. (default: 64)")
        var latents: Int?

        func validate() throws {
            try checkRange("--latents", latents, PerceptronNetworks.widths)
            for number in hidden ?? [] { try checkRange("--hidden", number, PerceptronNetworks.widths) }
        }
    }

    var hidden = [256, 512]
    var latents = 64

    init() {}

    init(_ options: Options, standard: Self) {
        hidden = options.hidden ?? standard.hidden
        latents = options.latents ?? standard.latents
    }

    init(_ reader: ConfigurationReader) throws(TrainingError) {
        guard let hidden = reader.integers("hidden", in: Self.widths),
            let latents = reader.integer("latents", in: Self.widths)
        else { throw reader.damaged }
        (self.hidden, self.latents) = (hidden, latents)
    }

    var json: [String: JSON] {
        ["hidden": .array(hidden.map { .integer($0) }), "latents": .integer(latents)]
    }

    func changes(_ options: Options) -> [(name: String, given: String, own: String)] {
        func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
        return [
            ("hidden", list(options.hidden ?? hidden), list(hidden)),
            ("latents", "\(options.latents ?? latents)", "\(latents)"),
        ]
    }

    func objection(to imageShape: Shape, classes: Int, _ settings: AdversarialSettings) -> String? {
        let widths = [latents] + hidden + [imageShape.count]
        let weights = zip(widths, widths.dropFirst()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        if hidden.count > 100 || weights > 0x1p28 { return "it would have too many weights" }
        if settings.mixesBatches { return "networks without normalisation see no batches to mix" }
        if settings.loss == .wasserstein, settings.penalty == .none, settings.weightBound == nil {
            return AdversarialSettings.roughCritic
        }
        return nil
    }

    func model(
        imageShape: Shape, classes: Int?, tellsClasses: Bool, objective: AdversarialObjective, seed: UInt64
    ) -> PerceptronGAN {
        PerceptronGAN(
            imageShape: imageShape, hidden: hidden, latents: latents, classes: classes, objective: objective,
            seed: seed)
    }
}

/// The networks of a DCGAN.
struct DCGANNetworks: AdversarialNetworks {
    static let featureCounts = 1...1024
    static let latentCounts = 1...4096

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
                "How the discriminator's features are normalised: over the batch, over each picture, by the size of the weights, or "
                    + "not. (default: batch, for wgan-gp none)",
                valueName: DiscriminatorNormalization.allCases.map(\.rawValue).joined(separator: "|")))
        var normalization: DiscriminatorNormalization?

        func validate() throws {
            try checkRange("--features", features, DCGANNetworks.featureCounts)
            try checkRange("--latents", latents, DCGANNetworks.latentCounts)
        }
    }

    var features = 32
    var latents = 64
    var normalization = DiscriminatorNormalization.batch

    init(normalization: DiscriminatorNormalization = .batch) { self.normalization = normalization }

    init(_ options: Options, standard: Self) {
        features = options.features ?? standard.features
        latents = options.latents ?? standard.latents
        normalization = options.normalization ?? standard.normalization
    }

    init(_ reader: ConfigurationReader) throws(TrainingError) {
        guard let features = reader.integer("features", in: Self.featureCounts),
            let latents = reader.integer("latents", in: Self.latentCounts),
            let normalization = reader.json["normalization"]?.stringValue.flatMap(
                DiscriminatorNormalization.init(rawValue:))
        else { throw reader.damaged }
        (self.features, self.latents, self.normalization) = (features, latents, normalization)
    }

    var json: [String: JSON] {
        [
            "features": .integer(features), "latents": .integer(latents),
            "normalization": .string(normalization.rawValue),
        ]
    }

    func changes(_ options: Options) -> [(name: String, given: String, own: String)] {
        [
            ("features", "\(options.features ?? features)", "\(features)"),
            ("latents", "\(options.latents ?? latents)", "\(latents)"),
            ("normalization", (options.normalization ?? normalization).rawValue, normalization.rawValue),
        ]
    }

    func objection(to imageShape: Shape, classes: Int, _ settings: AdversarialSettings) -> String? {
        if let objection = DCGAN.objection(to: imageShape) { return objection }
        let weights = DCGAN.weightCount(
            imageShape: imageShape, features: features, latents: latents, classes: classes)
        if weights > 0x1p28 { return "it would have too many weights" }
        if normalization == .batch, settings.penalty != .none {
            return
                "a penalty on the discriminator's slope at each picture goes with any --normalization but batch"
        }
        if normalization != .batch, settings.mixesBatches {
            return "--mixed-batches is for --normalization batch, which takes the statistics of what it sees"
        }
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
            imageShape: imageShape, features: features, latents: latents, classes: classes,
            tellsClasses: tellsClasses, normalization: normalization, objective: objective, seed: seed)
    }
}

extension DiscriminatorNormalization: ExpressibleByArgument {}
