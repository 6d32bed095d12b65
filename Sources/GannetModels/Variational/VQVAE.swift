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

/// What the networks of a ``VQVAE`` or of a ``VQVAE2`` are like.
public struct CodeNetworkSizes: Sendable, Hashable {
    /// The features of all layers.
    public var features: Int
    /// How often a picture's sides are halved before the, or the finer, plane of codes.
    public var halvings: Int
    /// The residual blocks of each network.
    public var blocks: Int

    /// Creates the sizes of networks.
    public init(features: Int = 64, halvings: Int = 2, blocks: Int = 2) {
        (self.features, self.halvings, self.blocks) = (features, halvings, blocks)
    }

    /// Why there is no model for pictures of a shape with so many planes of codes; nil if there is.
    public func objection(to imageShape: Shape, levels: Int) -> String? {
        if features < 2 || blocks < 0 || !(1...8).contains(halvings) {
            return "networks of \(features) features and \(blocks) blocks that halve \(halvings) times"
        }
        if imageShape.rank == 3,
            CodeNetworks.sides([imageShape[0], imageShape[1]], halvings: halvings + levels - 1) != nil
        {
            return nil
        }
        return
            "pictures of shape \(imageShape) are not [height, width, channels] with sides that can be halved "
            + "\(halvings + levels - 1) times, both even or both odd each time"
    }
}
