import Gannet
import GannetModels

/// What `config.json` says of a model that draws pixel by pixel: the same sizes for all of them.
protocol AutoregressiveConfiguration: ImageModelConfiguration, PixelSized
where Options == PixelModelOptions<Self> {
    /// How pixels of pictures of a shape are distributed.
    static func distribution(for imageShape: Shape) -> PixelDistribution

    /// Throws where there is no model of these sizes.
    init(sizes: AutoregressiveSizes) throws(TrainingError)
}

extension AutoregressiveConfiguration {
    static var defaults: TrainingDefaults { AutoregressiveSizes.defaults }
    static var score: Score? { Score(title: "negative log-likelihood", key: "negativeLogLikelihood") }

    static func distribution(for imageShape: Shape) -> PixelDistribution {
        AutoregressiveSizes.standardDistribution(for: imageShape)
    }

    var imageShape: Shape { sizes.imageShape }

    init(imageShape: Shape, classes: Int?, _ options: PixelModelOptions<Self>) throws(TrainingError) {
        try self.init(
            sizes: AutoregressiveSizes(
                imageShape: imageShape, distribution: Self.distribution(for: imageShape), options))
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        let sizes = try AutoregressiveSizes(reader)
        do throws(TrainingError) { try self.init(sizes: sizes) } catch { throw reader.damaged }
    }

    var json: [String: JSON] { sizes.json.merging(["model": .string(Self.name)]) { $1 } }
}
