import Gannet
import GannetModels

/// What `config.json` says of a convolutional classifier.
struct ClassifierConfiguration: ImageModelConfiguration {
    static let name = "classifier"
    static let title = "a classifier"
    static let longTitle = "a classifier of pictures, which can judge what other models draw"
    static let explanation = """
        The network has a 5×5 and a 3×3 convolution with stride 2, with 16 and 32 features, 128 hidden units and a \
        softmax over the classes of the data, which must have labels. Trained by Adam on the cross-entropy.
        """
    static let defaults = TrainingDefaults(
        epochs: 5, batchSize: 64, learningRate: 1e-3, sampleCount: 0, lossDigits: 4)
    static let score: Score? = Score(title: "accuracy", key: "accuracy", unit: .percent)

    var imageShape: Shape
    var classes: Int
    var features = 16
    var units = 128

    init(imageShape: Shape, classes: Int?, _ options: NoModelOptions) throws(TrainingError) {
        self.imageShape = imageShape
        self.classes = try Self.classes(classes)
    }

    /// How many classes data have; throws where they do not say.
    static func classes(_ classes: Int?) throws(TrainingError) -> Int {
        if let classes { return classes }
        throw TrainingError(
            .badPlan, "The pictures have no labels, and a classifier needs them: name data that have.")
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        guard let shape = reader.imageShape, shape.count <= 1 << 20,
            let classes = reader.integer("classes", in: 1...65_535),
            let features = reader.integer("features", in: 1...512),
            let units = reader.integer("units", in: 1...1024),
            // A sixteenth of the pixels with twice the features; one more row and column where sides are rounded up.
            (shape[0] / 4 + 1) * (shape[1] / 4 + 1) * 2 * features * units <= 1 << 28
        else { throw reader.damaged }
        imageShape = shape
        self.classes = classes
        self.features = features
        self.units = units
    }

    var json: [String: JSON] {
        [
            "model": .string(Self.name), "imageShape": .array(imageShape.extents.map { .integer($0) }),
            "classes": .integer(classes), "features": .integer(features), "units": .integer(units),
        ]
    }

    func model(seed: UInt64) -> ConvolutionalClassifier {
        ConvolutionalClassifier(
            imageShape: imageShape, classes: classes, features: features, units: units, seed: seed)
    }
}
