import Gannet
import GannetModels

/// What `config.json` says of a PixelCNN.
struct PixelCNNConfiguration: ModelConfiguration {
    static let name = "pixelcnn"
    static let title = "a PixelCNN"
    static let longTitle = "a PixelCNN, which draws pictures pixel by pixel"
    static let explanation = """
        The model has a masked 7×7 convolution, 7 residual blocks with 32 features around a 3×3 one, and two 1×1 \
        convolutions, and gives the probability of each pixel given those before it. Pictures are made black and white at \
        half the range. Trained by Adam.
        """
    static let defaults = TrainingDefaults(epochs: 5, batchSize: 64, learningRate: 5e-4, sampleCount: 16)
    static let score: Score? = Score(title: "negative log-likelihood", key: "negativeLogLikelihood")

    var imageShape: Shape
    var features = 32
    var blocks = 7

    init(imageShape: Shape, classes: Int?) throws(TrainingError) {
        self.imageShape = imageShape
        if imageShape[2] != 1 { throw ConfigurationReader.unfit(imageShape, Self.title, "grey ones") }
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        guard let shape = reader.imageShape, shape[2] == 1,
            let features = reader.integer("features", in: 1...1024),
            let blocks = reader.integer("blocks", in: 0...100)
        else { throw reader.damaged }
        imageShape = shape
        self.features = features
        self.blocks = blocks
    }

    var json: [String: JSON] {
        [
            "model": .string(Self.name), "imageShape": .array(imageShape.extents.map { .integer($0) }),
            "features": .integer(features), "blocks": .integer(blocks),
        ]
    }

    func model(seed: UInt64) -> PixelCNN {
        PixelCNN(imageShape: imageShape, features: features, blocks: blocks, seed: seed)
    }
}
