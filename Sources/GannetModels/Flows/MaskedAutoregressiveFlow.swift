import Gannet

/// A layer in which each feature is scaled and shifted by what those before it say: Papamakarios, Pavlakou and Murray, "Masked Autoregressive
/// Flow for Density Estimation" (arXiv:1705.07057, equations 4 and 5):
///
///     uᵢ = (xᵢ − μᵢ) exp(−αᵢ),   μᵢ, αᵢ = f(x₁ … xᵢ₋₁)
///
/// f is layers of ReLU units that are masked so (Germain et al., "MADE", arXiv:1502.03509). This way is one pass, the other takes one for each feature.
/// With `isInverse` the two ways change places: the inverse autoregressive flow of Kingma et al. (arXiv:1606.04934), which draws in one pass.
public struct MaskedAutoregressiveLayer: InvertibleLayer {
    /// Whether features are reversed: those before one are then those behind it.
    public let isReversed: Bool
    /// Whether the quick way is that from noise to examples.
    public let isInverse: Bool
    private let layers: [Linear]
    /// Which place in the order a unit goes by, for the inputs, the units of each hidden layer, and the features.
    private let degrees: [[Float]]

    /// Creates a layer that is the identity until it is trained.
    public init(
        features: Int, hidden: [Int], isReversed: Bool = false, isInverse: Bool = false,
        random: inout RandomStream
    ) {
        if features < 1 || hidden.contains(where: { $0 < 1 }) {
            invalidUse("MaskedAutoregressiveLayer", "\(features) features and hidden layers of \(hidden)")
        }
        self.isReversed = isReversed
        self.isInverse = isInverse
        let widths = [features] + hidden
        layers =
            zip(widths, hidden).map { Linear(inputs: $0, outputs: $1, random: &random) }
            + [Linear(inputs: widths.last!, outputs: 2 * features, weights: .zeros, random: &random)]
        startAtZero(layers.last!.bias)
        let order = (0..<features).map { Float(isReversed ? features - $0 : $0 + 1) }
        degrees =
            [order]
            + hidden.map { width in (0..<width).map { Float($0 % max(features - 1, 1) + 1) } } + [
                order + order
            ]
    }

    /// μ and α.
    private func shiftAndScale(_ x: Tensor) -> (mean: Tensor, logScale: Tensor) {
        var h = x
        for (number, layer) in layers.enumerated() {
            let (inputs, outputs) = (Tensor(degrees[number]), Tensor(degrees[number + 1]))
            let isLast = number == layers.count - 1
            // A hidden unit sees what goes by its own place or one before, a result only what is before.
            let (from, to) = (inputs.insertingAxis(at: 1), outputs.insertingAxis(at: 0))
            let mask = isLast ? from .< to : from .<= to
            let sums = h.matmul(select(mask, layer.weight.value, 0))
            h = layer.bias.map { sums + $0.value } ?? sums
            if !isLast { h = h.relu() }
        }
        let features = x.shape[-1]
        return (h.slice(0..<features, axis: 1), h.slice(features..<2 * features, axis: 1))
    }

    private func quick(_ x: Tensor) -> (y: Tensor, logDeterminant: Tensor) {
        let (mean, logScale) = shiftAndScale(x)
        return ((x - mean) * (-logScale).exp(), -logScale.sum(axes: [1]))
    }

    /// Feature by feature: after as many passes as there are features all are right.
    private func slow(_ y: Tensor) -> Tensor {
        Tensor.loop(count: y.shape[1], carrying: [.zeros(y.shape)]) { step in
            let (mean, logScale) = shiftAndScale(step.state[0])
            return ([y * logScale.exp() + mean], [])
        }.state[0]
    }

    public func transformed(_ x: Tensor) -> (y: Tensor, logDeterminant: Tensor) {
        if !isInverse { return quick(x) }
        let y = slow(x)
        return (y, -quick(y).logDeterminant)
    }

    public func inverse(_ y: Tensor) -> Tensor { isInverse ? quick(y).y : slow(y) }
}

/// A masked autoregressive flow of pictures as lists of pixels: Papamakarios, Pavlakou and Murray (arXiv:1705.07057).
public struct MAF: FlowModel {
    public let flow: NormalizingFlow
    public let pixels: LogitPixels
    public let imageShape: Shape
    public var temperature: Float = 1

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels].
    ///   - layers: The number of layers, which go through the pixels there and back in turn.
    ///   - hidden: The units of each layer's hidden layers.
    ///   - pixels: How pixels become numbers that can be any.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, layers: Int = 5, hidden: [Int] = [512], pixels: LogitPixels = LogitPixels(),
        seed: UInt64 = 0
    ) {
        self.imageShape = imageShape
        self.pixels = pixels
        flow = .maskedAutoregressive(
            features: imageShape.count, layers: layers, hidden: hidden, seed: seed)
    }
}

extension NormalizingFlow {
    /// A flow of vectors [features] of masked autoregressive layers, in turn from the first feature to the last and back.
    public static func maskedAutoregressive(
        features: Int, layers: Int, hidden: [Int], isInverse: Bool = false, seed: UInt64 = 0
    ) -> NormalizingFlow {
        var random = RandomStream(seed: seed, for: .initialization)
        let all = (0..<layers).flatMap { number -> [any InvertibleLayer] in
            [
                MaskedAutoregressiveLayer(
                    features: features, hidden: hidden, isReversed: number % 2 == 1, isInverse: isInverse,
                    random: &random), ActNorm(channels: features),
            ]
        }
        return NormalizingFlow(shape: [features], levels: [InvertibleSequence(all)])
    }
}
