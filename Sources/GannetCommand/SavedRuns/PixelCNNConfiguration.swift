import Gannet
import GannetModels

/// What `config.json` says of a PixelCNN.
struct PixelCNNConfiguration: AutoregressiveConfiguration {
    static let name = "pixelcnn"
    static let title = "a PixelCNN"
    static let longTitle = "a PixelCNN, which draws pictures pixel by pixel"
    static let explanation = """
        The model has a masked 7×7 convolution, 7 residual blocks with 32 features around a 3×3 one, and two 1×1 \
        convolutions, and gives the probability of each pixel given those before it. Grey pictures are made black and \
        white at half the range; colours are told apart in 256 levels. Trained by Adam.
        """
    static let defaultSizes = (features: 32, blocks: 7)

    var sizes: AutoregressiveSizes
    func model(seed: UInt64) -> PixelCNN {
        PixelCNN(
            imageShape: imageShape, distribution: sizes.distribution, features: sizes.features,
            blocks: sizes.blocks, seed: seed)
    }
}
