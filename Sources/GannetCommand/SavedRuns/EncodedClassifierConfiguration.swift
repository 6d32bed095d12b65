import Gannet
import GannetModels

/// What `config.json` says of a classifier that starts from an encoder.
struct EncodedClassifierConfiguration: ImageModelConfiguration {
    static let name = "encoded-classifier"
    static let title = "a classifier of encoded pictures"
    static let longTitle = "a classifier that starts from the encoder of an autoencoder or of a VAE"
    static let explanation = """
        A layer with a softmax over the classes follows the encoder of the run that --encoder names, and both are trained, by Adam on \
        the cross-entropy. Where few pictures have labels (--examples) it does better than a classifier of pixels.
        """
    static let defaults = TrainingDefaults(
        epochs: 20, batchSize: 64, learningRate: 1e-3, sampleCount: 0, lossDigits: 4)
    static let score = ClassifierConfiguration.score

    static let needsRun = true

    typealias Options = EncoderOptions

    private let source: SourceRun<any LatentModel>
    private let classes: Int
    var imageShape: Shape { source.imageShape }

    init(imageShape: Shape, classes: Int?, _ options: EncoderOptions) throws(TrainingError) {
        guard let run = options.encoder else {
            throw TrainingError(
                .badPlan,
                "A classifier of encoded pictures needs an encoder: train one by gannet train autoencoder, and name its run by "
                    + "--encoder.")
        }
        self.classes = try ClassifierConfiguration.classes(classes)
        source = try SourceRun(run, need: "encoder to latents")
        if source.untrained.conditioningClassCount != nil {
            throw TrainingError(
                .badRun,
                "The encoder of \(run) is told classes, which a classifier is to find: name a run without --classes."
            )
        }
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        source = try SourceRun(reader)
        guard let classes = reader.integer("classes", in: LatentNetworkSizes.widths),
            source.untrained.conditioningClassCount == nil
        else { throw reader.damaged }
        self.classes = classes
    }

    var json: [String: JSON] {
        source.json.merging(["model": .string(Self.name), "classes": .integer(classes)]) { $1 }
    }

    func check(_ options: EncoderOptions) throws(TrainingError) {
        try Self.checkUnchanged("encoder", options.encoder, source.path) { $0 }
    }

    func model(seed: UInt64) -> EncodedClassifier {
        EncodedClassifier(of: source.untrained, classes: classes, seed: seed)
    }

    func firstModel(seed: UInt64) throws -> EncodedClassifier {
        EncodedClassifier(of: try source.trained(), classes: classes, seed: seed)
    }
}
