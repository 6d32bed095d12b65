import Gannet
import GannetModels

/// What `config.json` says of an autoencoder.
struct AutoencoderConfiguration: ImageModelConfiguration {
    static let name = "autoencoder"
    static let title = "an autoencoder"
    static let longTitle = "an autoencoder, which encodes pictures to few numbers and back"
    static let explanation = """
        The model is 784-400-20, 20-400-784 for pictures of 28×28, trained by Adam on the squared error of a picture. It draws \
        nothing by itself; gannet reconstruct, interpolate, traverse and edit show what it makes of pictures.
        """
    static let defaults = TrainingDefaults(
        epochs: 10, batchSize: 128, learningRate: 1e-3, sampleCount: 0, lossDigits: 3)
    static let score: Score? = Score(title: "squared error", key: "squaredError", unit: .plain)

    typealias Options = AutoencoderOptions

    private let sizes: LatentNetworkSizes
    private let output: Autoencoder.Output

    var imageShape: Shape { sizes.imageShape }

    init(imageShape: Shape, classes: Int?, _ options: AutoencoderOptions) throws(TrainingError) {
        sizes = try LatentNetworkSizes(imageShape: imageShape, options.sizes)
        output = options.linear ? .linear : .sigmoid
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        sizes = try LatentNetworkSizes(reader)
        guard let isLinear = json["linear"]?.booleanValue else { throw reader.damaged }
        output = isLinear ? .linear : .sigmoid
    }

    var json: [String: JSON] {
        sizes.json.merging(["model": .string(Self.name), "linear": .boolean(output == .linear)]) { $1 }
    }

    func check(_ options: AutoencoderOptions) throws(TrainingError) {
        try Self.checkUnchanged(options.sizes, sizes)
        try Self.checkUnchanged("linear", isGiven: options.linear, output == .linear)
    }

    func model(seed: UInt64) -> Autoencoder {
        Autoencoder(
            imageShape: imageShape, network: sizes.network, latents: sizes.latents, output: output, seed: seed
        )
    }
}
