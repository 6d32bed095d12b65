import Gannet

/// VQ-VAE: van den Oord, Vinyals and Kavukcuoglu, "Neural Discrete Representation Learning" (arXiv:1711.00937).
///
/// An encoder makes of a picture a plane of vectors z, each of which becomes the nearest of K codes e; of these a decoder makes the picture
/// x̂. Minimised is (equation 3)
///
///     |x − x̂|² / σ² + |sg(z) − e|² + β |z − sg(e)|²
///
/// where sg passes no gradient, and the gradient of x̂ toward e goes on to z.
public struct VQVAE: CodedModel {
    public let imageShape: Shape
    public let variance: Float
    /// The codes.
    public let book: VectorQuantizer
    public let planes: [Shape]

    private let encoder: CodeNetworks.Encoder
    private let code: Conv2D
    private let decoder: CodeNetworks.Decoder

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels]; pixels are in 0…1.
    ///   - networks: What encodes and decodes.
    ///   - book: What the codes are like.
    ///   - variance: σ², the variance of pixels.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, networks: CodeNetworkSizes = CodeNetworkSizes(), book: CodebookOptions = .init(),
        variance: Float = 0.1, seed: UInt64 = 0
    ) {
        if let objection = networks.objection(to: imageShape, levels: 1) { invalidUse("VQVAE", objection) }
        if !(variance > 0) {
            invalidUse("VQVAE", "pixels have a variance of \(variance), which must be above 0")
        }
        var random = RandomStream(seed: seed, for: .initialization)
        let sides = CodeNetworks.sides([imageShape[0], imageShape[1]], halvings: networks.halvings)!
        let features = networks.features
        self.imageShape = imageShape
        self.variance = variance
        planes = [sides.last!]
        encoder = CodeNetworks.Encoder(
            inputs: imageShape[2], features: features, blocks: networks.blocks, sides: sides, random: &random)
        code = Conv2D(inputs: features, outputs: book.features, kernel: 1, random: &random)
        self.book = VectorQuantizer(book, random: &random)
        decoder = CodeNetworks.Decoder(
            inputs: book.features, features: features, outputs: imageShape[2], blocks: networks.blocks,
            sides: sides, random: &random)
    }

    public var books: [VectorQuantizer] { [book] }

    /// z: the vectors, [batch, height, width, features of a code], of pictures.
    public func vectors(_ images: Tensor) -> Tensor { code(encoder(images)) }

    public func autoencoded(
        _ images: Tensor, noise: inout RandomStream
    ) -> (planes: [VectorQuantizer.Result], images: Tensor) {
        let result = book(vectors(images), noise: &noise)
        return ([result], decoder(result.values))
    }

    public func codes(of images: Tensor) -> [Tensor] { [book.nearest(vectors(images))] }

    public func pictures(of codes: [Tensor]) -> Tensor {
        decoder(book.values(codes[0])).clamped(to: 0...1)
    }
}
