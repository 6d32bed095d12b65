import Gannet
import GannetModels

/// What `config.json` says of a denoising diffusion model.
struct DDPMConfiguration: ImageModelConfiguration {
    static let name = "ddpm"
    static let title = "a DDPM"
    static let longTitle = "a denoising diffusion model"
    static let explanation = """
        A U-Net with 16, 32 and 64 features learns to tell the noise in pictures that 1000 steps of a linear \
        schedule turn into noise. Trained by Adam. Pictures are drawn in 100 of these steps, or as gannet sample says. \
        The sides of pictures must be multiples of 4.
        """
    static let defaults = TrainingDefaults(epochs: 2, batchSize: 32, learningRate: 1e-3, lossDigits: 4)

    var imageShape: Shape
    var features = [16, 32, 64]

    init(imageShape: Shape, classes: Int?, _ options: NoModelOptions) throws(TrainingError) {
        self.imageShape = imageShape
        if !Self.fits(imageShape, levels: features.count) {
            throw ConfigurationReader.unfit(imageShape, Self.title, "sides that are multiples of 4")
        }
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        guard let shape = reader.imageShape, let features = reader.integers("features", in: 8...1024),
            (1...8).contains(features.count), features.allSatisfy({ $0.isMultiple(of: 8) }),
            Self.fits(shape, levels: features.count)
        else { throw reader.damaged }
        imageShape = shape
        self.features = features
    }

    private static func fits(_ shape: Shape, levels: Int) -> Bool {
        shape[0] % (1 << (levels - 1)) == 0 && shape[1] % (1 << (levels - 1)) == 0
    }

    var json: [String: JSON] {
        [
            "model": .string(Self.name), "imageShape": .array(imageShape.extents.map { .integer($0) }),
            "features": .array(features.map { .integer($0) }),
        ]
    }

    func model(seed: UInt64) -> DDPM { DDPM(imageShape: imageShape, features: features, seed: seed) }
}
