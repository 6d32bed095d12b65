import Gannet

/// An autoencoder: a picture is encoded to few numbers, and decoded again, with the least squared error (Rumelhart, Hinton and
/// Williams 1986; Hinton and Salakhutdinov 2006; with convolutions, Masci et al. 2011).
///
///     min Σ |x − g(f(x))|²
///
/// A linear one, `.perceptron(hidden: [])` with `.linear` results, finds the plane of the principal components (Baldi and Hornik 1989).
public struct Autoencoder: TrainableModel, ImageModel {
    /// What makes pixels of the decoder's last results.
    public enum Output: Sendable, Hashable {
        /// Nothing: results are pixels.
        case linear
        /// σ, which keeps pixels in 0…1.
        case sigmoid
    }

    /// The shape of one picture: [height, width, channels].
    public let imageShape: Shape
    /// The number of numbers that a picture is encoded to.
    public let latents: Int
    /// What makes pixels of the decoder's last results.
    public let output: Output

    private let network: LatentNetwork
    private let encoder: [any Layer]
    private let code: Linear
    private let decoder: [any Layer]
    private let last: any Layer

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels]; pixels are in 0…1.
    ///   - network: What encodes and decodes.
    ///   - latents: The number of numbers that a picture is encoded to.
    ///   - output: What makes pixels of the decoder's last results.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, network: LatentNetwork, latents: Int, output: Output = .sigmoid, seed: UInt64 = 0
    ) {
        if let objection = network.objection(to: imageShape) { invalidUse("Autoencoder", objection) }
        if latents < 1 { invalidUse("Autoencoder", "\(latents) latents") }
        var random = RandomStream(seed: seed, for: .initialization)
        self.imageShape = imageShape
        self.latents = latents
        self.output = output
        self.network = network
        let width: Int
        (encoder, width) = network.encoder(imageShape, conditions: 0, random: &random)
        code = Linear(inputs: width, outputs: latents, random: &random)
        (decoder, last) = network.decoder(
            imageShape, inputs: latents, outputs: imageShape[2], random: &random)
    }

    /// f: the codes, [batch, latents], of pictures [batch, height, width, channels].
    public func encode(_ images: Tensor) -> Tensor { code(network.hidden(encoder, of: images)) }

    /// g: the pictures, [batch, height, width, channels], of codes [batch, latents].
    public func decode(_ codes: Tensor) -> Tensor {
        let results = network.results(decoder, last, of: codes, imageShape)
        return output == .sigmoid ? results.sigmoid() : results
    }

    /// |x − g(f(x))|² of each picture, [batch]: a sum over its pixels.
    public func squaredErrors(_ images: Tensor) -> Tensor {
        squaredError(predictions: decode(encode(images)), targets: images).sum(axes: [1, 2, 3])
    }

    /// The mean over the batch of ``squaredErrors(_:)``.
    public func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        squaredErrors(batch.images).mean()
    }
}

extension Autoencoder: EvaluableModel {
    /// The squared error of a picture.
    public static let measure = EvaluationMeasure(name: "squaredError", isHigherBetter: false)

    /// The mean over a data set of ``squaredErrors(_:)``.
    public func evaluation(over data: some DataSet, on device: Device) throws -> Double {
        try data.mean(batchSize: 500, on: device) { squaredErrors($0.images) }
    }
}
