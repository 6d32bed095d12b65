import Gannet
import GannetModels

/// A kind of model of codes that the tool can train.
protocol CodedModelKind: CodedModel, NamedModel {
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
