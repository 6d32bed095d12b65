import Gannet
import GannetData
import GannetModels

/// What `config.json` says of a WaveNet.
struct WaveNetConfiguration: ModelConfiguration {
    static let name = "wavenet"
    static let title = "a WaveNet"
    static let longTitle = "a WaveNet, which makes sounds sample by sample"
    static let explanation = """
        The model gives the probability of each sample, in 256 levels by the μ-law, given those before it, by layers of gated \
        units with causal, dilated convolutions; with --conditional, also given the class of the sound, and then it makes \
        sounds of the classes in turn. Trained by Adam.
        """
    static let defaults = TrainingDefaults(epochs: 4, batchSize: 8, learningRate: 1e-3, sampleCount: 4)
    static let score: Score? = Score(title: "negative log-likelihood", key: "negativeLogLikelihood")

    /// The sizes that a model has unless the user says otherwise.
    static let standard = (stacks: 2, layers: 8, features: 32, skipFeatures: 128)
    static let stackCounts = 1...100
    /// The last dilation of a stack is 2^(layers − 1).
    static let layerCounts = 1...16
    static let featureCounts = 1...1024
    private static let samplingRates = 1...10_000_000
    private static let mostWeights = 1 << 28

    /// The samples of the pieces that it is trained on.
    let length: Int
    /// The samples a second.
    let samplingRate: Int
    /// How many classes it is told; nil where none.
    let classes: Int?
    let stacks: Int
    let layers: Int
    let features: Int
    let skipFeatures: Int

    init(for data: SoundData, _ options: WaveNetOptions) throws(TrainingError) {
        length = data.pieces.length
        samplingRate = data.pieces.samplingRate
        classes = options.conditional ? data.pieces.classCount : nil
        stacks = options.stacks ?? Self.standard.stacks
        layers = options.layers ?? Self.standard.layers
        features = options.features ?? Self.standard.features
        skipFeatures = options.skipFeatures ?? Self.standard.skipFeatures
        if options.conditional, classes == nil {
            throw TrainingError(
                .badPlan,
                "\(data.source) does not say of which classes the sounds are, and --conditional needs to know: put them "
                    + "into folders of classes, or leave it out.")
        }
        if weightCount > Self.mostWeights {
            throw TrainingError(
                .badPlan,
                "A WaveNet of \(stacks) × \(layers) layers with \(features) and \(skipFeatures) features has \(weightCount) "
                    + "weights, and may have at most \(Self.mostWeights).")
        }
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        guard let length = reader.integer("length", in: SoundData.lengths),
            let samplingRate = reader.integer("samplingRate", in: Self.samplingRates),
            let stacks = reader.integer("stacks", in: Self.stackCounts),
            let layers = reader.integer("layers", in: Self.layerCounts),
            let features = reader.integer("features", in: Self.featureCounts),
            let skipFeatures = reader.integer("skipFeatures", in: Self.featureCounts)
        else { throw reader.damaged }
        self.length = length
        self.samplingRate = samplingRate
        classes = reader.integer("classes", in: 1...65_535)
        (self.stacks, self.layers) = (stacks, layers)
        (self.features, self.skipFeatures) = (features, skipFeatures)
        if weightCount > Self.mostWeights || classes == nil && json["classes"] != nil { throw reader.damaged }
    }

    /// The number of weights, but for biases.
    private var weightCount: Int {
        let layer = features * (5 * features + skipFeatures + 2 * (classes ?? 0))
        return stacks * layers * layer + skipFeatures * (skipFeatures + 256) + 256 * features
    }

    var json: [String: JSON] {
        [
            "model": .string(Self.name), "length": .integer(length), "samplingRate": .integer(samplingRate),
            "stacks": .integer(stacks), "layers": .integer(layers), "features": .integer(features),
            "skipFeatures": .integer(skipFeatures), "classes": classes.map { .integer($0) },
        ].compactMapValues(\.self)
    }

    func check(_ data: SoundData, _ options: WaveNetOptions) throws {
        try Self.checkUnchanged([
            ("length", data.pieces.length, length), ("stacks", options.stacks, stacks),
            ("layers", options.layers, layers), ("features", options.features, features),
            ("skip-features", options.skipFeatures, skipFeatures),
        ])
        try Self.checkUnchanged("conditional", isGiven: options.conditional, classes != nil)
        if let classes, data.pieces.classCount != classes {
            throw TrainingError(
                .badPlan,
                "The run's model is told one of \(classes) classes, and the sounds of \(data.source) are of "
                    + "\(data.pieces.classCount.map(String.init) ?? "no known") classes; train on other data in another "
                    + "folder.")
        }
        try check(data.pieces, of: data.source)
    }

    /// Throws where sounds are of another sampling rate.
    private func check(_ sounds: SoundDataSet, of source: DataSource) throws(DataError) {
        if sounds.samplingRate != samplingRate {
            throw DataError(
                .mismatch, path: source.description,
                "The sounds of \(source) have \(sounds.samplingRate) samples a second, and the model is for "
                    + "\(samplingRate): bring them to that sampling rate.")
        }
    }

    func testData(from source: DataSource, saved: JSON) throws -> any DataSet {
        let test = try source.sounds(length: length).test
        try check(test, of: source)
        return test
    }

    func model(seed: UInt64) -> WaveNet {
        WaveNet(
            stacks: stacks, layers: layers, features: features, skipFeatures: skipFeatures, classes: classes,
            length: length, seed: seed)
    }

    /// A file for each sound; where there are several, their names end in −1, −2, ….
    func write(_ samples: Tensor, to path: String, on device: Device) throws -> [String] {
        let values = try samples.array(of: Float.self, on: device)
        let (count, length) = (samples.shape[0], samples.shape[1])
        let suffix = Data.fileSuffix
        let stem = path.lowercased().hasSuffix(suffix) ? String(path.dropLast(suffix.count)) : path
        let paths = count == 1 ? [path] : (1...count).map { "\(stem)-\($0)\(suffix)" }
        for (number, path) in paths.enumerated() {
            try Sound(
                samples: Array(values[number * length..<(number + 1) * length]), samplingRate: samplingRate
            ).write(to: path)
        }
        return paths
    }
}
