import Gannet
import GannetModels

/// The sizes of a model that draws pixel by pixel, and how its pixels are distributed.
struct AutoregressiveSizes: Hashable {
    var imageShape: Shape
    var distribution: PixelDistribution
    var features: Int
    var blocks: Int

    /// How models of such sizes are trained unless the user says otherwise.
    static let defaults = TrainingDefaults(
        epochs: 5, batchSize: 32, learningRate: 1e-3, sampleCount: 16)

    /// What can be asked for.
    static let featureCounts = 1...1024
    static let blockCounts = 1...100

    /// Grey pictures are made black and white, colours are told apart in 256 levels.
    static func standardDistribution(for imageShape: Shape) -> PixelDistribution {
        imageShape[2] > 1 ? .categorical(levels: 256) : .bernoulli
    }

    /// Sizes for pictures of a shape as the user wants them. Features are cut into groups, one for each colour: where the user
    /// does not say how many there are, as many more as that takes.
    init<Kind>(
        imageShape: Shape, distribution: PixelDistribution, _ options: PixelModelOptions<Kind>
    ) throws(TrainingError) {
        self.imageShape = imageShape
        self.distribution = distribution
        let groups = distribution.passCount(channels: imageShape[2])
        if let features = options.features, !features.isMultiple(of: groups) {
            throw TrainingError(
                .badPlan,
                "--features is \(features), and must be a multiple of \(groups), the colours of the pictures."
            )
        }
        features = options.features ?? (Kind.defaultSizes.features + groups - 1) / groups * groups
        blocks = options.blocks ?? Kind.defaultSizes.blocks
    }

    /// Reads sizes, and refuses those that no model can be built with.
    init(_ reader: ConfigurationReader) throws(TrainingError) {
        guard let shape = reader.imageShape,
            let features = reader.integer("features", in: Self.featureCounts),
            let blocks = reader.integer("blocks", in: Self.blockCounts),
            let distribution = reader.json["distribution"]?.stringValue.flatMap(
                PixelDistribution.init(named:)),
            distribution.fits(channels: shape[2]),
            features.isMultiple(of: distribution.passCount(channels: shape[2]))
        else { throw reader.damaged }
        imageShape = shape
        self.distribution = distribution
        self.features = features
        self.blocks = blocks
    }

    /// The entries of `config.json`.
    var json: [String: JSON] {
        [
            "imageShape": .array(imageShape.extents.map { .integer($0) }),
            "distribution": .string(distribution.name), "features": .integer(features),
            "blocks": .integer(blocks),
        ]
    }
}

extension PixelDistribution {
    /// The name in `config.json`: "bernoulli", "categorical-256", "mixture-10".
    fileprivate var name: String {
        switch self {
        case .bernoulli: "bernoulli"
        case .categorical(let levels): "categorical-\(levels)"
        case .logisticMixture(let components): "mixture-\(components)"
        }
    }

    /// The distribution of a name; nil where there is none.
    fileprivate init?(named name: String) {
        let parts = name.split(separator: "-", maxSplits: 1)
        if name == "bernoulli" {
            self = .bernoulli
            return
        }
        guard parts.count == 2, let count = Int(parts[1]) else { return nil }
        switch parts[0] {
        case "categorical" where (2...256).contains(count): self = .categorical(levels: count)
        case "mixture" where (1...100).contains(count): self = .logisticMixture(components: count)
        default: return nil
        }
    }

    /// Whether there is such a distribution of pixels with so many channels.
    fileprivate func fits(channels: Int) -> Bool {
        if case .logisticMixture = self { channels == 1 || channels == 3 } else { true }
    }
}
