import Gannet
import GannetModels

/// What `config.json` says of a model that draws pixel by pixel: the same sizes for all of them.
protocol AutoregressiveConfiguration: ImageModelConfiguration {
    /// The features that it has unless the user says otherwise, and its blocks or layers.
    static var defaultSizes: (features: Int, blocks: Int) { get }

    var sizes: AutoregressiveSizes { get }
    init(sizes: AutoregressiveSizes)
}

extension AutoregressiveConfiguration {
    static var defaults: TrainingDefaults {
        TrainingDefaults(epochs: 5, batchSize: 32, learningRate: 1e-3, sampleCount: 16)
    }
    static var score: Score? { Score(title: "negative log-likelihood", key: "negativeLogLikelihood") }

    var imageShape: Shape { sizes.imageShape }

    init(imageShape: Shape, classes: Int?) throws(TrainingError) {
        let (features, blocks) = Self.defaultSizes
        self.init(sizes: AutoregressiveSizes(imageShape: imageShape, features: features, blocks: blocks))
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        self.init(sizes: try AutoregressiveSizes(reader))
    }

    var json: [String: JSON] { sizes.json.merging(["model": .string(Self.name)]) { $1 } }
}
