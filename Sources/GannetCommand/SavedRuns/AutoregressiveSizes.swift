import Gannet
import GannetModels

/// The sizes of a model that draws pixel by pixel, and how its pixels are distributed.
struct AutoregressiveSizes: Hashable {
    var imageShape: Shape
    var distribution: PixelDistribution
    var features: Int
    var blocks: Int

    /// Sizes for pictures of a shape, with at least so many features.
    init(imageShape: Shape, distribution: PixelDistribution, features: Int, blocks: Int) {
        self.imageShape = imageShape
        self.distribution = distribution
        let groups = distribution.passCount(channels: imageShape[2])
        self.features = (features + groups - 1) / groups * groups
        self.blocks = blocks
    }

    /// Reads sizes, and refuses those that no model can be built with.
    init(_ reader: ConfigurationReader) throws(TrainingError) {
        guard let shape = reader.imageShape, let features = reader.integer("features", in: 1...1024),
            let blocks = reader.integer("blocks", in: 0...100),
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
