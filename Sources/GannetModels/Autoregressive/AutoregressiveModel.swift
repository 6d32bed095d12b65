import Gannet

/// A model of pictures whose probability is the product of those of their pixels, each given all before it in reading
/// order: p(x) = ∏ p(xᵢ | x₁, …, xᵢ₋₁) (van den Oord, Kalchbrenner and Kavukcuoglu, arXiv:1601.06759, equation 1).
///
/// A network gives the parameters of all factors in one pass, since its layers are causal. Drawn is pixel by pixel, and each
/// pixel computes no more than itself: see ``CausalLayer``. What is given is the likelihood itself, not a bound.
public protocol AutoregressiveModel: ExactLikelihoodModel, PixelwiseModel {
    /// The network.
    associatedtype Network: CausalLayer
    /// What gives the parameters of the pixels' distributions.
    var network: Network { get }
}

/// A model that draws pictures pixel by pixel, and can go on from pixels that are given.
public protocol PixelwiseModel: CompletingModel {
    /// How a pixel is distributed.
    var distribution: PixelDistribution { get }

    /// How pictures are drawn unless a call says otherwise.
    var drawing: DrawingOptions { get set }

    /// `count` pictures, [count, height, width, channels], values in 0…1.
    ///
    /// The first pictures of a longer list with the same seed are the same.
    func samples(_ count: Int, seed: UInt64, options: DrawingOptions) -> Tensor
}

extension PixelwiseModel {
    public func samples(_ count: Int, seed: UInt64) -> Tensor {
        samples(count, seed: seed, options: drawing)
    }

    public func completions(of given: GivenPixels, seed: UInt64) -> Tensor {
        var options = drawing
        options.given = given
        return samples(given.images.shape[0], seed: seed, options: options)
    }

    public func seen(_ images: Tensor) -> Tensor { distribution.decoded(distribution.encoded(images)) }
}

/// How pictures are drawn.
public struct DrawingOptions: Sendable {
    /// What the logarithms of probabilities are divided by: below 1 likely values become likelier.
    public var temperature: Float = 1
    /// What is given of the pictures; nil where nothing is.
    public var given: GivenPixels?
    /// Whether the whole network is run on the whole pictures for each pixel, as if it were no ``CausalLayer``. The pictures
    /// are the same; for comparison.
    public var isNaive = false

    /// Creates the options for drawing freely.
    public init(temperature: Float = 1, given: GivenPixels? = nil, isNaive: Bool = false) {
        self.temperature = temperature
        self.given = given
        self.isNaive = isNaive
    }
}

extension AutoregressiveModel {
    /// −ln p(x) of each picture, [batch], in nats; values in 0…1.
    public func negativeLogLikelihood(_ images: Tensor) -> Tensor {
        let x = distribution.encoded(images)
        return distribution.negativeLogLikelihood(of: x, parameters: network(x))
    }

    public func logLikelihood(_ images: Tensor) -> Tensor { -negativeLogLikelihood(images) }

    public func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        negativeLogLikelihood(batch.images)
    }

    public func samples(_ count: Int, seed: UInt64, options: DrawingOptions) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        return PictureDrawing(network, distribution, options).pictures(
            Shape([count] + imageShape.extents), noise: &random)
    }
}

/// Draws pictures by a network.
struct PictureDrawing {
    private let network: any CausalLayer
    private let distribution: PixelDistribution
    private let options: DrawingOptions

    init(_ network: some CausalLayer, _ distribution: PixelDistribution, _ options: DrawingOptions) {
        (self.network, self.distribution, self.options) = (network, distribution, options)
    }

    /// Pictures of shape [count, height, width, channels], values in 0…1.
    func pictures(_ shape: Shape, noise: inout RandomStream) -> Tensor {
        if let given = options.given,
            given.images.shape != shape || given.mask.shape.extents != [shape[1], shape[2]]
        {
            invalidUse(
                "samples(_:seed:options:)",
                "given are pictures of shape \(given.images.shape) with a mask of shape \(given.mask.shape), and drawn "
                    + "are pictures of shape \(shape)")
        }
        let channels = shape[3]
        let uniform = noise.uniform([
            shape[0], shape[1], shape[2], distribution.uniformCount(channels: channels),
        ])
        // Whatever changes from call to call is an input of the graph.
        let temperature = Tensor(options.temperature)
        let x = options.isNaive ? naive(shape, uniform, temperature) : cached(shape, uniform, temperature)
        return distribution.decoded(x)
    }

    private func cached(_ shape: Shape, _ uniform: Tensor, _ temperature: Tensor) -> Tensor {
        let passes = distribution.passCount(channels: shape[3])
        var scanned = [uniform.permute(1, 2, 0, 3)]
        if let given = options.given {
            scanned += [distribution.encoded(given.images).permute(1, 2, 0, 3), given.mask]
        }
        return network.drawn(shape, passes: passes, over: scanned) { pass, parameters, x, scanned in
            let drawn = distribution.drawn(
                pass: pass, parameters: parameters, pixel: x, uniform: scanned[0], temperature: temperature)
            return scanned.count == 1 ? drawn : select(scanned[2], scanned[1], drawn)
        }.pictures
    }

    private func naive(_ shape: Shape, _ uniform: Tensor, _ temperature: Tensor) -> Tensor {
        let (plane, pixels) = (shape[1] * shape[2], shape[0] * shape[1] * shape[2])
        let place =
            Tensor.index(along: 1, of: shape) * .literal(Int32(shape[2])) + Tensor.index(along: 2, of: shape)
        return Tensor.loop(count: plane, carrying: [.zeros(shape)]) { step in
            var x = step.state[0]
            for pass in 0..<distribution.passCount(channels: shape[3]) {
                let parameters = network(x)
                var drawn = distribution.drawn(
                    pass: pass, parameters: parameters.reshape([pixels, parameters.shape[3]]),
                    pixel: x.reshape([pixels, shape[3]]),
                    uniform: uniform.reshape([pixels, uniform.shape[3]]),
                    temperature: temperature
                ).reshape(shape)
                if let given = options.given {
                    let mask = given.mask.reshape([1, shape[1], shape[2], 1])
                    drawn = select(mask, distribution.encoded(given.images), drawn)
                }
                x = select(place .== step.index, drawn, x)
            }
            return ([x], [])
        }.state[0]
    }
}
