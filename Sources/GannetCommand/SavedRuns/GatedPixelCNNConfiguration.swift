import Gannet
import GannetModels

/// What `config.json` says of a Gated PixelCNN.
struct GatedPixelCNNConfiguration: AutoregressiveConfiguration {
    static let name = "gated-pixelcnn"
    static let title = "a Gated PixelCNN"
    static let longTitle = "a Gated PixelCNN, which draws pictures pixel by pixel and overlooks none"
    static let explanation = """
        The model has two stacks of convolutions, one for the rows above a pixel and one for what is to the left of it, with \
        gated units: 32 features each, a first layer and 5 more. Grey pictures are made black and white at half the range; \
        colours are told apart in 256 levels. Trained by Adam.
        """
    static let defaultSizes = (features: 32, blocks: 5)

    var sizes: AutoregressiveSizes
    func model(seed: UInt64) -> GatedPixelCNN {
        GatedPixelCNN(
            imageShape: imageShape, distribution: sizes.distribution, features: sizes.features,
            blocks: sizes.blocks, seed: seed)
    }
}
