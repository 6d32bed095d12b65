import Gannet
import GannetModels

/// What `config.json` says of a PixelCNN++.
struct PixelCNNPlusPlusConfiguration: AutoregressiveConfiguration {
    static let name = "pixelcnn++"
    static let title = "a PixelCNN++"
    static let longTitle = "a PixelCNN++, which draws grey or coloured pictures pixel by pixel"
    static let explanation = """
        The model has two stacks of gated residual units with 32 features at the picture's resolution, a half and a quarter of \
        it, and draws a pixel's values from a mixture of 10 logistic distributions. The sides of pictures must be multiples \
        of 4. Trained by Adam.
        """
    static let defaultSizes = (features: 32, blocks: 1)
    static func distribution(for imageShape: Shape) -> PixelDistribution { .logisticMixture(components: 10) }

    let sizes: AutoregressiveSizes
    private let components: Int

    init(sizes: AutoregressiveSizes) throws(TrainingError) {
        guard PixelCNNPlusPlus.fits(sizes.imageShape),
            case .logisticMixture(let components) = sizes.distribution,
            sizes.blocks > 0
        else {
            throw ConfigurationReader.unfit(
                sizes.imageShape, Self.title, "1 or 3 channels and sides that are multiples of 4")
        }
        self.sizes = sizes
        self.components = components
    }

    func model(seed: UInt64) -> PixelCNNPlusPlus {
        PixelCNNPlusPlus(
            imageShape: imageShape, components: components, features: sizes.features, blocks: sizes.blocks,
            seed: seed)
    }
}
