import Gannet
import GannetModels

/// What `config.json` says of a classifier that starts from an encoder.
struct EncodedClassifierConfiguration: ImageModelConfiguration {
    static let name = "encoded-classifier"
    static let title = "a classifier of encoded pictures"
    static let longTitle = "a classifier that starts from the encoder of an autoencoder or of a VAE"
    static let explanation = """
        A hidden layer and a softmax over the classes follow the encoder of the run that --encoder names, and all are trained, by Adam on \
        the cross-entropy. Where few pictures have labels (--examples), an encoder to few latents that is kept as it is (--freeze) does \
        better than a classifier of pixels.
        """
    static let defaults = TrainingDefaults(
        epochs: 20, batchSize: 64, learningRate: 1e-3, sampleCount: 0, lossDigits: 4)
    static let score = ClassifierConfiguration.score

    static let needsRun = true

    typealias Options = EncoderOptions

    static let standardHidden = [256]
    static let widths = 1...4096

    private let source: SourceRun<any LatentModel>
    private let classes: Int
    private let hidden: [Int]
    private let isEncoderFrozen: Bool
    var imageShape: Shape { source.imageShape }

    init(imageShape: Shape, classes: Int?, _ options: EncoderOptions) throws(TrainingError) {
        guard let run = options.encoder else {
            throw TrainingError(
                .badPlan,
                "A classifier of encoded pictures needs an encoder: train one by gannet train autoencoder, and name its run by "
                    + "--encoder.")
        }
        self.classes = try ClassifierConfiguration.classes(classes)
        hidden = options.hidden ?? Self.standardHidden
        isEncoderFrozen = options.freeze
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
            // Runs of earlier versions have no layers between, and do not say so.
            let hidden = json["hidden"] == nil ? [] : reader.integers("hidden", in: Self.widths),
            hidden.count <= 100,
            let isEncoderFrozen = json["isEncoderFrozen"] == nil
                ? false : json["isEncoderFrozen"]?.booleanValue,
            source.untrained.conditioningClassCount == nil
        else { throw reader.damaged }
        self.classes = classes
        self.hidden = hidden
        self.isEncoderFrozen = isEncoderFrozen
    }

    var json: [String: JSON] {
        source.json.merging([
            "model": .string(Self.name), "classes": .integer(classes),
            "hidden": .array(hidden.map { .integer($0) }), "isEncoderFrozen": .boolean(isEncoderFrozen),
        ]) { $1 }
    }

    func check(_ options: EncoderOptions) throws(TrainingError) {
        try Self.checkUnchanged("encoder", options.encoder, source.path) { $0 }
        try Self.checkUnchanged("hidden", options.hidden, hidden) {
            $0.isEmpty ? "none" : $0.map(String.init).joined(separator: ",")
        }
        try Self.checkUnchanged("freeze", isGiven: options.freeze, isEncoderFrozen)
    }

    func model(seed: UInt64) -> EncodedClassifier {
        classifier(of: source.untrained, seed: seed)
    }

    func firstModel(seed: UInt64) throws -> EncodedClassifier {
        classifier(of: try source.trained(), seed: seed)
    }

    private func classifier(of source: any LatentModel, seed: UInt64) -> EncodedClassifier {
        EncodedClassifier(
            of: source, classes: classes, hidden: hidden, isEncoderFrozen: isEncoderFrozen, seed: seed)
    }
}
