import Gannet

/// VQ-VAE-2 with two planes of codes: Razavi, van den Oord and Vinyals, "Generating Diverse High-Fidelity Images with VQ-VAE-2"
/// (arXiv:1906.00446), section 3.1 and figure 2.
///
/// The finer plane's encoder sees the picture, the coarser plane's encoder what that makes of it. What is decoded of the coarser plane tells
/// the finer one what is known already, so that it is for the rest; the decoder sees both.
public struct VQVAE2: CodedModel {
    public let imageShape: Shape
    public let variance: Float
    /// The codes of the coarser plane.
    public let top: VectorQuantizer
    /// The codes of the finer plane.
    public let bottom: VectorQuantizer
    public let planes: [Shape]

    private let bottomEncoder: CodeNetworks.Encoder
    private let topEncoder: CodeNetworks.Encoder
    private let topCode: Conv2D
    private let topDecoder: CodeNetworks.Decoder
    private let bottomCode: Conv2D
    private let enlarge: CodeNetworks.Decoder
    private let decoder: CodeNetworks.Decoder

    /// Creates a model for pictures of shape `imageShape`; see ``VQVAE``. Both planes have as many codes, each its own.
    public init(
        imageShape: Shape, networks: CodeNetworkSizes = CodeNetworkSizes(), book: CodebookOptions = .init(),
        variance: Float = 0.1, seed: UInt64 = 0
    ) {
        if let objection = networks.objection(to: imageShape, levels: 2) { invalidUse("VQVAE2", objection) }
        if !(variance > 0) {
            invalidUse("VQVAE2", "pixels have a variance of \(variance), which must be above 0")
        }
        var random = RandomStream(seed: seed, for: .initialization)
        let sides = CodeNetworks.sides([imageShape[0], imageShape[1]], halvings: networks.halvings + 1)!
        let (fine, coarse) = (Array(sides.dropLast()), Array(sides.suffix(2)))
        let (features, blocks) = (networks.features, networks.blocks)
        self.imageShape = imageShape
        self.variance = variance
        planes = [sides.last!, fine.last!]
        bottomEncoder = CodeNetworks.Encoder(
            inputs: imageShape[2], features: features, blocks: blocks, sides: fine, random: &random)
        topEncoder = CodeNetworks.Encoder(
            inputs: features, features: features, blocks: blocks, sides: coarse, random: &random)
        topCode = Conv2D(inputs: features, outputs: book.features, kernel: 1, random: &random)
        top = VectorQuantizer(book, random: &random)
        topDecoder = CodeNetworks.Decoder(
            inputs: book.features, features: features, outputs: features, blocks: blocks, sides: coarse,
            random: &random)
        bottomCode = Conv2D(inputs: 2 * features, outputs: book.features, kernel: 1, random: &random)
        bottom = VectorQuantizer(book, random: &random)
        enlarge = CodeNetworks.Decoder(
            inputs: book.features, features: features, outputs: book.features, blocks: 0, sides: coarse,
            random: &random)
        decoder = CodeNetworks.Decoder(
            inputs: 2 * book.features, features: features, outputs: imageShape[2], blocks: blocks,
            sides: fine, random: &random)
    }

    public var books: [VectorQuantizer] { [top, bottom] }

    /// The vectors of the coarser plane, and what those of the finer one are made of beside them.
    private func topVectors(_ images: Tensor) -> (top: Tensor, bottom: Tensor) {
        let h = bottomEncoder(images)
        return (topCode(topEncoder(h)), h)
    }

    /// The vectors of the finer plane, where the coarser one has become `top`.
    private func bottomVectors(_ h: Tensor, top: Tensor) -> Tensor {
        bottomCode(.concatenate([h, topDecoder(top)], axis: 3))
    }

    private func decoded(top: Tensor, bottom: Tensor) -> Tensor {
        decoder(.concatenate([enlarge(top), bottom], axis: 3))
    }

    public func autoencoded(
        _ images: Tensor, noise: inout RandomStream
    ) -> (planes: [VectorQuantizer.Result], images: Tensor) {
        let vectors = topVectors(images)
        let top = top(vectors.top, noise: &noise)
        let bottom = bottom(bottomVectors(vectors.bottom, top: top.values), noise: &noise)
        return ([top, bottom], decoded(top: top.values, bottom: bottom.values))
    }

    public func codes(of images: Tensor) -> [Tensor] {
        let vectors = topVectors(images)
        let topNumbers = top.nearest(vectors.top)
        return [topNumbers, bottom.nearest(bottomVectors(vectors.bottom, top: top.values(topNumbers)))]
    }

    public func pictures(of codes: [Tensor]) -> Tensor {
        decoded(top: top.values(codes[0]), bottom: bottom.values(codes[1])).clamped(to: 0...1)
    }
}
