import Gannet
import GannetModels

/// What `config.json` says of a flow of pictures.
struct FlowConfiguration<Kind: FlowKind>: ImageModelConfiguration, KindConfiguration {
    static var sharedExplanation: String {
        """
        Pixels have 256 levels, which noise makes numbers of, and their logit is taken. The first batch sets the layers that normalise. \
        Trained by Adam on the exact likelihood. The figure is that of pictures of 256 levels; gannet evaluate also tells the density \
        of the logits.
        """
    }
    static var defaults: TrainingDefaults { TrainingDefaults(epochs: 5, batchSize: 64, learningRate: 1e-3) }
    static var score: Score? {
        Score(title: "negative log-likelihood", key: "negativeLogLikelihoodBound")
    }

    typealias Options = FlowOptions<Kind>

    let imageShape: Shape
    private let sizes: FlowSizes

    init(imageShape: Shape, classes: Int?, _ options: FlowOptions<Kind>) throws(TrainingError) {
        let standard = Kind.standard
        self.imageShape = imageShape
        sizes = FlowSizes(
            levels: options.levels ?? standard.levels, depth: options.depth ?? standard.depth,
            features: options.features ?? standard.features, alpha: options.alpha ?? standard.alpha)
        if let objection = Kind.objection(imageShape, sizes) {
            throw TrainingError(.badPlan, "There is no such flow: \(objection).")
        }
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        guard let shape = reader.imageShape, let levels = reader.integer("levels", in: FlowSizes.levelCounts),
            let depth = reader.integer("depth", in: FlowSizes.depths),
            let features = reader.integer("features", in: FlowSizes.featureCounts),
            let alpha = json["alpha"]?.doubleValue.map({ Float($0) }), FlowSizes.isSound(alpha: alpha)
        else { throw reader.damaged }
        imageShape = shape
        sizes = FlowSizes(levels: levels, depth: depth, features: features, alpha: alpha)
        if Kind.objection(imageShape, sizes) != nil { throw reader.damaged }
    }

    var json: [String: JSON] {
        [
            "model": .string(Self.name), "imageShape": .array(imageShape.extents.map { .integer($0) }),
            "levels": .integer(sizes.levels), "depth": .integer(sizes.depth),
            "features": .integer(sizes.features), "alpha": .float(sizes.alpha),
        ]
    }

    func check(_ options: FlowOptions<Kind>) throws(TrainingError) {
        try Self.checkUnchanged([
            ("levels", options.levels, sizes.levels), ("depth", options.depth, sizes.depth),
            ("features", options.features, sizes.features),
        ])
        try Self.checkUnchanged("alpha", options.alpha, sizes.alpha) { "\($0)" }
    }

    func model(seed: UInt64) -> Kind { Kind(imageShape: imageShape, sizes: sizes, seed: seed) }
}
