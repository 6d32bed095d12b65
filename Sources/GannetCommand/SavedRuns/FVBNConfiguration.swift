import Gannet
import GannetModels

/// What `config.json` says of a fully visible belief network.
struct FVBNConfiguration: ImageModelConfiguration {
    static let name = "fvbn"
    static let title = "an FVBN"
    static let longTitle = "a fully visible belief network"
    static let explanation = """
        Each pixel is a logistic regression on all pixels before it. Pictures are made black and white at half the range. \
        Trained by Adam.
        """
    static let defaults = TrainingDefaults(epochs: 25, batchSize: 100, learningRate: 1e-3, sampleCount: 16)
    static let score: Score? = Score(title: "negative log-likelihood", key: "negativeLogLikelihood")
    /// The weights are a square of the pixels.
    private static let mostPixels = 8192

    var imageShape: Shape

    init(imageShape: Shape, classes: Int?, _ options: NoModelOptions) throws(TrainingError) {
        self.imageShape = imageShape
        if imageShape.count > Self.mostPixels {
            throw ConfigurationReader.unfit(imageShape, Self.title, "at most \(Self.mostPixels) values")
        }
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        guard let shape = reader.imageShape, shape.extents.allSatisfy({ $0 <= Self.mostPixels }),
            shape.count <= Self.mostPixels
        else { throw reader.damaged }
        imageShape = shape
    }

    var json: [String: JSON] {
        ["model": .string(Self.name), "imageShape": .array(imageShape.extents.map { .integer($0) })]
    }

    func model(seed: UInt64) -> FVBN { FVBN(imageShape: imageShape) }
}
