import Gannet
import GannetModels

/// A kind of model of codes that the tool can train.
protocol CodedModelKind: CodedModel {
    /// The names, as those of a ``ModelConfiguration``.
    static var name: String { get }
    static var title: String { get }
    static var longTitle: String { get }
    /// What the help says of it before what all say.
    static var explanation: String { get }
    /// How many planes of codes it has.
    static var levels: Int { get }

    init(
        imageShape: Shape, networks: CodeNetworkSizes, book: CodebookOptions, variance: Float, seed: UInt64)
}

extension VQVAE: CodedModelKind {
    static let name = "vq-vae"
    static let title = "a VQ-VAE"
    static let longTitle = "a vector-quantised autoencoder, which encodes a picture to a plane of codes"
    static let explanation =
        "Each vector that the encoder makes of a picture becomes the nearest code of a book."
    static let levels = 1
}

extension VQVAE2: CodedModelKind {
    static let name = "vq-vae-2"
    static let title = "a VQ-VAE-2"
    static let longTitle =
        "a vector-quantised autoencoder with two planes of codes, a coarse one and a fine one"
    static let explanation =
        "The coarse plane's vectors, and then the fine one's, become the nearest codes of a book each."
    static let levels = 2
}

/// What `config.json` says of a model of codes.
struct CodedModelConfiguration<Kind: CodedModelKind>: ImageModelConfiguration {
    static var name: String { Kind.name }
    static var title: String { Kind.title }
    static var longTitle: String { Kind.longTitle }
    static var explanation: String {
        Kind.explanation + " "
            + """
            Trained by Adam on the squared error. gannet train vq-prior learns which codes there are, and draws pictures; gannet \
            reconstruct shows what is left of a picture. The figure is the squared error of a picture, summed over its pixels.
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
