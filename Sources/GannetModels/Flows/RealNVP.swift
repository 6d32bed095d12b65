import Gannet

/// Real NVP: Dinh, Sohl-Dickstein and Bengio, "Density estimation using Real NVP" (arXiv:1605.08803).
///
/// A level has three affine couplings by chessboards, makes a channel of each pixel of four (figure 3), and has three by halves of the channels
/// (section 3.6); the last has four by chessboards. Activations are normalised as Glow does it, by ``ActNorm``, rather than over batches.
public struct RealNVP: FlowModel {
    public let flow: NormalizingFlow
    public let pixels: LogitPixels
    public var temperature: Float = 1

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels], whose sides are multiples of 2 to the number of levels less one.
    ///   - levels: The number of levels.
    ///   - features: The features of the couplings' networks at the full size; each level has twice as many as the one before.
    ///   - blocks: Their residual blocks.
    ///   - pixels: How pixels become numbers that can be any.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, levels: Int = 2, features: Int = 32, blocks: Int = 2,
        pixels: LogitPixels = LogitPixels(), seed: UInt64 = 0
    ) {
        if let objection = Self.objection(to: imageShape, levels: levels)
            ?? (features < 1 || blocks < 0 ? "\(features) features and \(blocks) blocks" : nil)
        {
            invalidUse("RealNVP", objection)
        }
        var random = RandomStream(seed: seed, for: .initialization)
        var channels = imageShape[2]
        let sequences = (0..<levels).map { level in
            func coupling(_ mask: AffineCoupling.Mask) -> AffineCoupling {
                AffineCoupling(
                    mask, features: channels,
                    network: ResidualNetwork(
                        inputs: channels, features: features << level, blocks: blocks, outputs: 2 * channels,
                        random: &random))
            }
            func couplings(_ masks: [AffineCoupling.Mask]) -> [any InvertibleLayer] {
                masks.flatMap { [coupling($0), ActNorm(channels: channels)] as [any InvertibleLayer] }
            }
            let isLast = level == levels - 1
            var layers = couplings((0..<(isLast ? 4 : 3)).map { .checkerboard(keepsFirst: $0 % 2 == 0) })
            if !isLast {
                layers.append(Squeeze())
                channels *= 4
                layers += couplings((0..<3).map { .half(keepsFirst: $0 % 2 == 0) })
                channels /= 2
            }
            return InvertibleSequence(layers)
        }
        flow = NormalizingFlow(shape: imageShape, levels: sequences)
        self.pixels = pixels
    }

    /// Why there is no model of so many levels for pictures of a shape; nil if there is.
    public static func objection(to imageShape: Shape, levels: Int) -> String? {
        NormalizingFlow.objection(to: imageShape, levels: levels, squeezings: levels - 1)
    }
}

extension NormalizingFlow {
    /// A flow of vectors [features] of affine couplings that keep every second feature in turn, each with a network of layers of ReLU units.
    public static func realNVP(
        features: Int, couplings: Int, hidden: [Int], seed: UInt64 = 0
    ) -> NormalizingFlow {
        var random = RandomStream(seed: seed, for: .initialization)
        let layers = (0..<couplings).flatMap { number -> [any InvertibleLayer] in
            let network = PerceptronNetwork(
                inputs: features, hidden: hidden, outputs: 2 * features, random: &random)
            return [
                AffineCoupling(
                    .alternating(keepsFirst: number % 2 == 0), features: features, network: network),
                ActNorm(channels: features),
            ]
        }
        return NormalizingFlow(shape: [features], levels: [InvertibleSequence(layers)])
    }
}
