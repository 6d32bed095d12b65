import Gannet
import GannetModels

/// A kind of flow of pictures that the tool can train.
protocol FlowKind: FlowModel {
    /// The names, as those of a ``ModelConfiguration``.
    static var name: String { get }
    static var title: String { get }
    static var longTitle: String { get }
    /// What the help says of it before what all say.
    static var explanation: String { get }
    /// How large it is unless the user says otherwise.
    static var standard: FlowSizes { get }
    /// Whether it can have more levels than one.
    static var hasLevels: Bool { get }
    /// What the help says of its depth and of its features.
    static var depthHelp: String { get }
    static var featuresHelp: String { get }

    /// Why there is no such flow for pictures of a shape; nil if there is.
    static func objection(_ imageShape: Shape, _ sizes: FlowSizes) -> String?

    init(imageShape: Shape, sizes: FlowSizes, seed: UInt64)
}

/// How large a flow is.
struct FlowSizes: Hashable {
    static let levelCounts = 1...16
    static let depths = 1...1000
    static let featureCounts = 1...4096

    var levels: Int
    var depth: Int
    var features: Int
    /// α of ``LogitPixels``.
    var alpha: Float = 1e-6

    static func isSound(alpha: Float) -> Bool { alpha > 0 && alpha < 0.5 }

    var pixels: LogitPixels { LogitPixels(alpha: alpha) }
}

extension RealNVP: FlowKind {
    static let name = "realnvp"
    static let title = "a Real NVP"
    static let longTitle =
        "a Real NVP, a flow of affine couplings by chessboards and by halves of the channels"
    static let explanation = "Couplings scale and shift a half of the numbers by what the other half says."
    static let standard = FlowSizes(levels: 2, depth: 2, features: 32)
    static let hasLevels = true
    static let depthHelp = "The residual blocks of a coupling's network."
    static let featuresHelp =
        "The features of the couplings' networks at the full size, twice as many behind each level."

    static func objection(_ imageShape: Shape, _ sizes: FlowSizes) -> String? {
        objection(to: imageShape, levels: sizes.levels)
    }

    init(imageShape: Shape, sizes: FlowSizes, seed: UInt64) {
        self.init(
            imageShape: imageShape, levels: sizes.levels, features: sizes.features, blocks: sizes.depth,
            pixels: sizes.pixels, seed: seed)
    }
}

extension Glow: FlowKind {
    static let name = "glow"
    static let title = "a Glow"
    static let longTitle = "a Glow, a flow of affine couplings between invertible 1×1 convolutions"
    static let explanation =
        "Each step normalises the channels, mixes them, and scales and shifts a half of them by what the other half says."
    static let standard = FlowSizes(levels: 2, depth: 8, features: 64)
    static let hasLevels = true
    static let depthHelp = "The steps of a level."
    static let featuresHelp = "The features of the couplings' networks."

    static func objection(_ imageShape: Shape, _ sizes: FlowSizes) -> String? {
        objection(to: imageShape, levels: sizes.levels)
    }

    init(imageShape: Shape, sizes: FlowSizes, seed: UInt64) {
        self.init(
            imageShape: imageShape, levels: sizes.levels, steps: sizes.depth, features: sizes.features,
            pixels: sizes.pixels, seed: seed)
    }
}

extension MAF: FlowKind {
    static let name = "maf"
    static let title = "a masked autoregressive flow"
    static let longTitle = "a masked autoregressive flow over the list of a picture's pixels"
    static let explanation =
        "Each layer scales and shifts a pixel by what those before it say; drawing takes a pass for each pixel."
    static let standard = FlowSizes(levels: 1, depth: 5, features: 512)
    static let hasLevels = false
    static let depthHelp = "The layers."
    static let featuresHelp = "The units of each layer's hidden layer."

    static func objection(_ imageShape: Shape, _ sizes: FlowSizes) -> String? {
        sizes.levels == 1 && imageShape.count * sizes.features <= 1 << 28
            ? nil : "it would have too many weights"
    }

    init(imageShape: Shape, sizes: FlowSizes, seed: UInt64) {
        self.init(
            imageShape: imageShape, layers: sizes.depth, hidden: [sizes.features], pixels: sizes.pixels,
            seed: seed)
    }
}

/// What `config.json` says of a flow of pictures.
struct FlowConfiguration<Kind: FlowKind>: ImageModelConfiguration {
    static var name: String { Kind.name }
    static var title: String { Kind.title }
    static var longTitle: String { Kind.longTitle }
    static var explanation: String {
        Kind.explanation + " "
            + """
            Pixels have 256 levels, which noise makes numbers of, and their logit is taken. The first batch sets the layers that \
            normalise. Trained by Adam on the exact likelihood. The figure is that of pictures of 256 levels; gannet evaluate also \
            tells the density of the logits.
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
