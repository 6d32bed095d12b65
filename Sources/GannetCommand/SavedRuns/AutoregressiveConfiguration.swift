import Gannet
import GannetModels

/// What `config.json` says of a model that draws pixel by pixel: the same sizes for all of them.
protocol AutoregressiveConfiguration: ImageModelConfiguration {
    /// The features that it has unless the user says otherwise, and its blocks or layers.
    static var defaultSizes: (features: Int, blocks: Int) { get }

    /// How pixels of pictures of a shape are distributed.
    static func distribution(for imageShape: Shape) -> PixelDistribution

    var sizes: AutoregressiveSizes { get }
    /// Throws where there is no model of these sizes.
    init(sizes: AutoregressiveSizes) throws(TrainingError)
}

extension AutoregressiveConfiguration {
    static var defaults: TrainingDefaults {
        TrainingDefaults(epochs: 5, batchSize: 32, learningRate: 1e-3, sampleCount: 16)
    }
    static var score: Score? { Score(title: "negative log-likelihood", key: "negativeLogLikelihood") }

    /// Grey pictures are made black and white, colours are told apart in 256 levels.
    static func distribution(for imageShape: Shape) -> PixelDistribution {
        imageShape[2] > 1 ? .categorical(levels: 256) : .bernoulli
    }

    var imageShape: Shape { sizes.imageShape }

    init(imageShape: Shape, classes: Int?) throws(TrainingError) {
        let (features, blocks) = Self.defaultSizes
        try self.init(
            sizes: AutoregressiveSizes(
                imageShape: imageShape, distribution: Self.distribution(for: imageShape), features: features,
                blocks: blocks))
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        let sizes = try AutoregressiveSizes(reader)
        do throws(TrainingError) { try self.init(sizes: sizes) } catch { throw reader.damaged }
    }

    var json: [String: JSON] { sizes.json.merging(["model": .string(Self.name)]) { $1 } }
}
