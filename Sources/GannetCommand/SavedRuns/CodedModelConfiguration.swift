import Gannet
import GannetModels

/// What `config.json` says of a model of codes.
struct CodedModelConfiguration<Kind: CodedModelKind>: ImageModelConfiguration, KindConfiguration {
    static var sharedExplanation: String {
        """
        Trained by Adam on the squared error. gannet train vq-prior learns which codes there are, and draws pictures; gannet reconstruct \
        shows what is left of a picture. The figure is the squared error of a picture, summed over its pixels.
        """
    }
    static var defaults: TrainingDefaults {
        TrainingDefaults(epochs: 5, batchSize: 64, learningRate: 1e-3, sampleCount: 0, lossDigits: 3)
    }
    static var score: Score? { Score(title: "squared error", key: "squaredError", unit: .plain) }

    typealias Options = CodedModelOptions

    let sizes: CodedModelSizes

    var imageShape: Shape { sizes.imageShape }

    init(imageShape: Shape, classes: Int?, _ options: CodedModelOptions) throws(TrainingError) {
        sizes = try CodedModelSizes(imageShape: imageShape, levels: Kind.levels, options)
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        sizes = try CodedModelSizes(reader, levels: Kind.levels)
    }

    var json: [String: JSON] { sizes.json.merging(["model": .string(Self.name)]) { $1 } }

    func check(_ options: CodedModelOptions) throws(TrainingError) {
        try Self.checkUnchanged(options, sizes)
    }

    func model(seed: UInt64) -> Kind {
        Kind(
            imageShape: imageShape, networks: sizes.networks, book: sizes.book, variance: Self.variance,
            seed: seed)
    }

    /// About that of the pixels of MNIST and of CIFAR-10.
    private static var variance: Float { 0.1 }
}
