import Gannet
import GannetModels

/// What `config.json` says of a Gated PixelCNN.
struct GatedPixelCNNConfiguration: ImageModelConfiguration, MappedPixelModel {
    static let name = "gated-pixelcnn"
    static let title = "a Gated PixelCNN"
    static let longTitle = "a Gated PixelCNN, which draws pictures pixel by pixel and overlooks none"
    static let explanation = """
        The model has two stacks of convolutions, one for the rows above a pixel and one for what is to the left of it, with \
        gated units: 32 features each, a first layer and 5 more. Grey pictures are made black and white at half the range; \
        colours are told apart in 256 levels. Trained by Adam.
        """
    static let defaults = AutoregressiveSizes.defaults
    static let defaultSizes = (features: 32, blocks: 5)
    static let defaultMapFeatures = 0
    static let score: Score? = Score(title: "negative log-likelihood", key: "negativeLogLikelihood")

    typealias Options = MappedPixelModelOptions<Self>

    let sizes: AutoregressiveSizes
    let mapFeatures: Int

    var imageShape: Shape { sizes.imageShape }

    init(imageShape: Shape, classes: Int?, _ options: MappedPixelModelOptions<Self>) throws(TrainingError) {
        sizes = try AutoregressiveSizes(
            imageShape: imageShape, distribution: AutoregressiveSizes.standardDistribution(for: imageShape),
            options.sizes)
        mapFeatures = options.mapFeatures ?? Self.defaultMapFeatures
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        sizes = try AutoregressiveSizes(reader)
        // Runs of earlier versions do not say it.
        guard json["mapFeatures"] != nil else {
            mapFeatures = 0
            return
        }
        guard let mapFeatures = reader.integer("mapFeatures", in: Self.mapFeatureCounts) else {
            throw reader.damaged
        }
        self.mapFeatures = mapFeatures
    }

    var json: [String: JSON] {
        sizes.json.merging(["model": .string(Self.name), "mapFeatures": .integer(mapFeatures)]) { $1 }
    }

    func model(seed: UInt64) -> GatedPixelCNN {
        GatedPixelCNN(
            imageShape: imageShape, distribution: sizes.distribution, features: sizes.features,
            blocks: sizes.blocks, mapFeatures: mapFeatures, seed: seed)
    }
}
