import Gannet
import GannetModels

/// What `config.json` says of a DCGAN.
struct DCGANConfiguration: ImageModelConfiguration {
    static let name = "dcgan"
    static let title = "a DCGAN"
    static let longTitle = "a deep convolutional generative adversarial network"
    static let explanation = """
        The generator makes pictures of 64 latents by transposed convolutions, the last but one with 32 features; the discriminator \
        mirrors it. In each step each makes one update by Adam with β₁ = 0.5. The sides of pictures must be even.
        """
    static let defaults = TrainingDefaults(epochs: 12, batchSize: 128, learningRate: 1e-4, lossDigits: 3)

    var imageShape: Shape
    var features = 32
    var latents = 64

    init(imageShape: Shape, classes: Int?, _ options: NoModelOptions) throws(TrainingError) {
        self.imageShape = imageShape
        if DCGAN.objection(to: imageShape) != nil {
            throw ConfigurationReader.unfit(imageShape, Self.title, "even sides")
        }
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        guard let shape = reader.imageShape, DCGAN.objection(to: shape) == nil, shape.count <= 1 << 20,
            let features = reader.integer("features", in: 1...512),
            let latents = reader.integer("latents", in: 1...1024)
        else { throw reader.damaged }
        imageShape = shape
        self.features = features
        self.latents = latents
    }

    var json: [String: JSON] {
        [
            "model": .string(Self.name), "imageShape": .array(imageShape.extents.map { .integer($0) }),
            "features": .integer(features), "latents": .integer(latents),
        ]
    }

    func model(seed: UInt64) -> DCGAN {
        DCGAN(imageShape: imageShape, features: features, latents: latents, seed: seed)
    }

    static func procedure(for model: DCGAN, by optimizer: OptimizerSettings) -> any TrainingProcedure {
        var optimizer = optimizer
        optimizer.beta1 = 0.5
        return AdversarialTraining(
            of: model, generator: optimizer.optimizer(for: model.generator),
            discriminator: optimizer.optimizer(for: model.discriminator))
    }
}
