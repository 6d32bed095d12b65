import Gannet
import GannetModels

/// What `config.json` says of a prior over the codes of a VQ-VAE.
struct CodePriorConfiguration: ImageModelConfiguration {
    static let name = "vq-prior"
    static let title = "a prior over codes"
    static let longTitle = "what draws pictures by a VQ-VAE: Gated PixelCNNs over its planes of codes"
    static let explanation = """
        The run of a VQ-VAE or a VQ-VAE-2 is named by --codes. Each plane of codes has a Gated PixelCNN, which is told the plane before \
        and, with --classes, the class. Trained by Adam. The figure is that of the codes alone, without what a picture has beside them.
        """
    static let defaults = TrainingDefaults(epochs: 5, batchSize: 64, learningRate: 1e-3)
    static let score: Score? = Score(
        title: "negative log-likelihood of the codes", key: "negativeLogLikelihoodOfCodes")

    static let needsRun = true

    typealias Options = CodePriorOptions

    static let standard = (features: 64, blocks: 5)
    static let featureCounts = 1...1024
    static let blockCounts = 0...100

    /// The model of codes.
    private let coder: SourceRun<any CodedModel>
    private let classes: Int?
    private let features: Int
    private let blocks: Int
    var imageShape: Shape { coder.imageShape }
    var toldClasses: Int? { classes }

    init(imageShape: Shape, classes: Int?, _ options: CodePriorOptions) throws(TrainingError) {
        guard let run = options.codes else {
            throw TrainingError(
                .badPlan,
                "A prior needs the codes of a VQ-VAE: train one by gannet train vq-vae, and name its run by --codes."
            )
        }
        coder = try SourceRun(run, need: "codes")
        if options.classes { self.classes = try Self.knownClasses(classes) } else { self.classes = nil }
        features = options.features ?? Self.standard.features
        blocks = options.blocks ?? Self.standard.blocks
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        guard let features = reader.integer("features", in: Self.featureCounts),
            let blocks = reader.integer("blocks", in: Self.blockCounts)
        else { throw reader.damaged }
        classes = reader.integer("classes", in: LatentNetworkSizes.widths)
        if classes == nil, json["classes"] != nil { throw reader.damaged }
        (self.features, self.blocks) = (features, blocks)
        coder = try SourceRun(reader)
    }

    var json: [String: JSON] {
        let own: [String: JSON?] = [
            "model": .string(Self.name),
            "classes": classes.map { .integer($0) }, "features": .integer(features),
            "blocks": .integer(blocks),
        ]
        return coder.json.merging(own.compactMapValues(\.self)) { $1 }
    }

    func check(_ options: CodePriorOptions) throws(TrainingError) {
        try Self.checkUnchanged("codes", options.codes, coder.path) { $0 }
        try Self.checkUnchanged([
            ("features", options.features, features), ("blocks", options.blocks, blocks),
        ])
        try Self.checkUnchanged("classes", isGiven: options.classes, classes != nil)
    }

    func model(seed: UInt64) -> CodePrior { prior(of: coder.untrained, seed: seed) }

    func firstModel(seed: UInt64) throws -> CodePrior { prior(of: try coder.trained(), seed: seed) }

    private func prior(of coder: any CodedModel, seed: UInt64) -> CodePrior {
        CodePrior(of: coder, classes: classes, features: features, blocks: blocks, seed: seed)
    }
}
