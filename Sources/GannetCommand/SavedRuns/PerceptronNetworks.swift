import ArgumentParser
import Gannet
import GannetModels

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

        @OptionGroup var tricks: AdversarialTricks.Options

        func validate() throws {
            try checkRange("--latents", latents, PerceptronNetworks.widths)
            for number in hidden ?? [] { try checkRange("--hidden", number, PerceptronNetworks.widths) }
        }
    }

    var hidden = [256, 512]
    var latents = 64
    var tricks = AdversarialTricks()

    init() {}

    init(_ options: Options, standard: Self) {
        hidden = options.hidden ?? standard.hidden
        latents = options.latents ?? standard.latents
        tricks = AdversarialTricks(options.tricks)
    }

    init(_ reader: ConfigurationReader) throws(TrainingError) {
        guard let hidden = reader.integers("hidden", in: Self.widths),
            let latents = reader.integer("latents", in: Self.widths)
        else { throw reader.damaged }
        (self.hidden, self.latents) = (hidden, latents)
        tricks = try AdversarialTricks(reader)
    }

    var json: [String: JSON] {
        ["hidden": .array(hidden.map { .integer($0) }), "latents": .integer(latents)]
            .merging(tricks.json) { $1 }
    }

    func changes(_ options: Options) -> [(name: String, given: String, own: String)] {
        func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
        return [
            ("hidden", list(options.hidden ?? hidden), list(hidden)),
            ("latents", "\(options.latents ?? latents)", "\(latents)"),
        ] + tricks.changes(options.tricks)
    }

    func objection(to imageShape: Shape, classes: Int, _ settings: AdversarialSettings) -> String? {
        let widths = [latents] + hidden + [imageShape.count]
        let weights = zip(widths, widths.dropFirst()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        if hidden.count > 100 || weights > 0x1p28 { return "it would have too many weights" }
        if let objection = tricks.objection(settings) { return objection }
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
            imageShape: imageShape, hidden: hidden, latents: latents, classes: classes,
            comparison: tricks.comparison, dropoutRate: tricks.dropout, objective: objective, seed: seed)
    }
}
