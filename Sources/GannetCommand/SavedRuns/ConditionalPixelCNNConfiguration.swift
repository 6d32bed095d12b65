import Gannet
import GannetModels

/// What `config.json` says of a class-conditional Gated PixelCNN.
struct ConditionalPixelCNNConfiguration: ImageModelConfiguration, MappedPixelModel {
    static let name = "conditional-pixelcnn"
    static let title = "a class-conditional Gated PixelCNN"
    static let longTitle = "a Gated PixelCNN that is told the class of a picture"
    static let explanation = """
        A Gated PixelCNN, as gated-pixelcnn trains, whose gates the class of a picture shifts, by itself and by a map that it \
        has of each class. It draws pictures of the classes in turn, and gannet classify finds the class of a picture by it. \
        The data must name the classes. Trained by Adam.
        """
    static let defaults = TrainingDefaults(epochs: 5, batchSize: 32, learningRate: 1e-3, sampleCount: 20)
    static let defaultSizes = GatedPixelCNNConfiguration.defaultSizes
    static let score: Score? = Score(title: "negative log-likelihood", key: "negativeLogLikelihood")

    typealias Options = MappedPixelModelOptions<Self>

    static let defaultMapFeatures = 8

    let sizes: AutoregressiveSizes
    private let classes: Int
    var toldClasses: Int? { classes }
    let mapFeatures: Int

    var imageShape: Shape { sizes.imageShape }

    init(imageShape: Shape, classes: Int?, _ options: MappedPixelModelOptions<Self>) throws(TrainingError) {
        guard let classes else {
            throw TrainingError(
                .badPlan,
                "The data do not say of which classes the pictures are, and \(Self.title) needs to know.")
        }
        sizes = try AutoregressiveSizes(
            imageShape: imageShape, distribution: AutoregressiveSizes.standardDistribution(for: imageShape),
            options.sizes)
        self.classes = classes
        mapFeatures = options.mapFeatures ?? Self.defaultMapFeatures
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        guard let classes = reader.integer("classes", in: 1...65_535),
            let mapFeatures = reader.integer("mapFeatures", in: Self.mapFeatureCounts)
        else { throw reader.damaged }
        sizes = try AutoregressiveSizes(reader)
        (self.classes, self.mapFeatures) = (classes, mapFeatures)
    }

    var json: [String: JSON] {
        sizes.json.merging([
            "model": .string(Self.name), "classes": .integer(classes), "mapFeatures": .integer(mapFeatures),
        ]) { $1 }
    }

    func model(seed: UInt64) -> ConditionalGatedPixelCNN {
        ConditionalGatedPixelCNN(
            imageShape: imageShape, classes: classes, distribution: sizes.distribution,
            features: sizes.features, blocks: sizes.blocks, mapFeatures: mapFeatures, seed: seed)
    }
}
