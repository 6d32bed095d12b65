import Gannet
import GannetModels

/// What `config.json` says of a variational autoencoder.
struct VAEConfiguration: ImageModelConfiguration {
    static let name = "vae"
    static let title = "a VAE"
    static let longTitle = "a variational autoencoder"
    static let explanation =
        "The model is 784-400-(20+20), 20-400-784 for pictures of 28×28, with a Bernoulli decoder, trained by Adam."
    static let defaults = TrainingDefaults(epochs: 10, batchSize: 128, learningRate: 1e-3)
    static let score: Score? = Score(title: "negative ELBO", key: "negativeELBO")

    var imageShape: Shape
    var hidden = [400]
    var latents = 20

    init(imageShape: Shape, classes: Int?, _ options: NoModelOptions) { self.imageShape = imageShape }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        // The product of two such widths stays below 2³² weights.
        let widths = 1...65_535
        guard let shape = reader.imageShape, let hidden = reader.integers("hidden", in: widths),
            hidden.count <= 100, let latents = reader.integer("latents", in: widths),
            Self.weightCount(shape.count, hidden, latents) <= 1 << 28
        else { throw reader.damaged }
        imageShape = shape
        self.hidden = hidden
        self.latents = latents
    }

    var json: [String: JSON] {
        [
            "model": "vae", "imageShape": .array(imageShape.extents.map { .integer($0) }),
            "hidden": .array(hidden.map { .integer($0) }), "latents": .integer(latents),
        ]
    }

    func model(seed: UInt64) -> VAE {
        VAE(imageShape: imageShape, hidden: hidden, latents: latents, seed: seed)
    }

    /// The number of weights, for the check that the model fits in memory.
    private static func weightCount(_ pixels: Int, _ hidden: [Int], _ latents: Int) -> Int {
        let widths = [pixels] + hidden + [latents]
        let sum = zip(widths, widths.dropFirst()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        return sum < 0x1p60 ? Int(sum) : .max
    }
}
