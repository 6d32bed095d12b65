import Gannet
import GannetModels

/// What `config.json` says of a class-conditional Gated PixelCNN.
struct ConditionalPixelCNNConfiguration: ImageModelConfiguration, PixelSized {
    static let name = "conditional-pixelcnn"
    static let title = "a class-conditional Gated PixelCNN"
    static let longTitle = "a Gated PixelCNN that is told the class of a picture"
    static let explanation = """
        A Gated PixelCNN, as gated-pixelcnn trains, whose gates the class of a picture shifts. It draws pictures of the classes \
        in turn, and gannet classify finds the class of a picture by it. The data must name the classes. Trained by Adam.
        """
    static let defaults = TrainingDefaults(epochs: 5, batchSize: 32, learningRate: 1e-3, sampleCount: 20)
    static let defaultSizes = GatedPixelCNNConfiguration.defaultSizes
    static let score: Score? = Score(title: "negative log-likelihood", key: "negativeLogLikelihood")

    typealias Options = PixelModelOptions<ConditionalPixelCNNConfiguration>

    let sizes: AutoregressiveSizes
    private let classes: Int

    var imageShape: Shape { sizes.imageShape }

    init(imageShape: Shape, classes: Int?, _ options: PixelModelOptions<Self>) throws(TrainingError) {
        guard let classes else {
            throw TrainingError(
                .badPlan,
                "The data do not say of which classes the pictures are, and \(Self.title) needs to know.")
        }
        sizes = try AutoregressiveSizes(
            imageShape: imageShape, distribution: GatedPixelCNNConfiguration.distribution(for: imageShape),
            options)
        self.classes = classes
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        guard let classes = reader.integer("classes", in: 1...65_535) else { throw reader.damaged }
        sizes = try AutoregressiveSizes(reader)
        self.classes = classes
    }

    var json: [String: JSON] {
        sizes.json.merging(["model": .string(Self.name), "classes": .integer(classes)]) { $1 }
    }

    func model(seed: UInt64) -> ConditionalGatedPixelCNN {
        ConditionalGatedPixelCNN(
            imageShape: imageShape, classes: classes, distribution: sizes.distribution,
            features: sizes.features,
            blocks: sizes.blocks, seed: seed)
    }
}
