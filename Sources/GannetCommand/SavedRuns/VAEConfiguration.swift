import Gannet
import GannetModels

/// What `config.json` says of a variational autoencoder.
struct VAEConfiguration: ImageModelConfiguration {
    static let name = "vae"
    static let title = "a VAE"
    static let longTitle = "a variational autoencoder"
    static let explanation = """
        The model is 784-400-(20+20), 20-400-784 for pictures of 28×28, with a Bernoulli decoder, trained by Adam; the options tell of \
        others. The figure is the evidence lower bound, whatever the model is trained by.
        """
    static let defaults = TrainingDefaults(epochs: 10, batchSize: 128, learningRate: 1e-3)
    static let score: Score? = Score(title: "negative ELBO", key: "negativeELBO")

    typealias Options = VAEOptions

    static let componentCounts = 1...10_000
    static let sampleCounts = 1...10_000

    private let sizes: LatentNetworkSizes
    private var decoder: DecoderName
    private var priorComponents: Int?
    /// How many classes pictures may be of; nil where that does not matter.
    private var classes: Int?
    private var objective: VAEObjective

    var imageShape: Shape { sizes.imageShape }
    var toldClasses: Int? { classes }

    init(imageShape: Shape, classes: Int?, _ options: VAEOptions) throws(TrainingError) {
        sizes = try LatentNetworkSizes(imageShape: imageShape, options.sizes)
        decoder = options.decoder ?? .bernoulli
        priorComponents = options.priorComponents
        objective =
            options.importanceSamples.map { .importanceWeighted(samples: $0) }
            ?? VAEObjective(
                beta: options.beta ?? 1, warmUp: options.betaWarmup ?? 0, freeBits: options.freeNats ?? 0)
        if options.classes { self.classes = try Self.knownClasses(classes) }
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        sizes = try LatentNetworkSizes(reader)
        decoder =
            try reader.optional("decoder") { $0.stringValue.flatMap(DecoderName.init(rawValue:)) }
            ?? .bernoulli
        priorComponents = try reader.optionalInteger("priorComponents", in: Self.componentCounts)
        classes = try reader.optionalInteger("classes", in: LatentNetworkSizes.widths)
        objective =
            try reader.optionalInteger("importanceSamples", in: Self.sampleCounts).map {
                .importanceWeighted(samples: $0)
            }
            ?? VAEObjective()
        objective.warmUp = try reader.optionalInteger("betaWarmup", in: 0...1_000_000_000) ?? 0
        objective.beta = Float(try reader.optional("beta", \.doubleValue) ?? 1)
        objective.freeBits = Float(try reader.optional("freeNats", \.doubleValue) ?? 0)
        if objective.objection(isMixture: priorComponents != nil) != nil {
            throw reader.damaged
        }
    }

    var json: [String: JSON] {
        let own: [String: JSON?] = [
            "model": .string(Self.name), "decoder": .string(decoder.rawValue),
            "priorComponents": priorComponents.map { .integer($0) },
            "classes": classes.map { .integer($0) }, "beta": .float(objective.beta),
            "betaWarmup": .integer(objective.warmUp), "freeNats": .float(objective.freeBits),
            "importanceSamples": objective.isImportanceWeighted ? .integer(objective.samples) : nil,
        ]
        return sizes.json.merging(own.compactMapValues(\.self)) { $1 }
    }

    func check(_ options: VAEOptions) throws(TrainingError) {
        func text(_ number: Int?) -> String { number.map(String.init) ?? "none" }
        try Self.checkUnchanged(options.sizes, sizes)
        try Self.checkUnchanged([("beta-warmup", options.betaWarmup, objective.warmUp)])
        try Self.checkUnchanged("decoder", options.decoder, decoder, text: \.rawValue)
        if options.priorComponents != nil {
            try Self.checkUnchanged("prior-components", options.priorComponents, priorComponents, text: text)
        }
        try Self.checkUnchanged("beta", options.beta, objective.beta) { "\($0)" }
        try Self.checkUnchanged("free-nats", options.freeNats, objective.freeBits) { "\($0)" }
        if options.importanceSamples != nil {
            try Self.checkUnchanged(
                "importance-samples", options.importanceSamples,
                objective.isImportanceWeighted ? objective.samples : nil, text: text)
        }
        try Self.checkUnchanged("classes", isGiven: options.classes, classes != nil)
    }

    func model(seed: UInt64) -> VAE {
        VAE(
            imageShape: imageShape, network: sizes.network, latents: sizes.latents,
            distribution: decoder.distribution,
            priorComponents: priorComponents, classes: classes, objective: objective, seed: seed)
    }
}
