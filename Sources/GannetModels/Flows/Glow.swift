import Gannet

/// Glow: Kingma and Dhariwal, "Glow: Generative Flow with Invertible 1×1 Convolutions" (arXiv:1807.03039).
///
/// A level makes a channel of each pixel of four, and has steps of three layers (figure 2): ``ActNorm``, ``InvertibleConvolution``, and an affine
/// coupling that keeps half of the channels. Behind it half of the channels leave, with a mean and a deviation that follow from the other half.
public struct Glow: FlowModel {
    public let flow: NormalizingFlow
    public let pixels: LogitPixels
    public var temperature: Float = 1

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels], whose sides are multiples of 2 to the number of levels.
    ///   - levels: L, the number of levels.
    ///   - steps: K, the steps of a level.
    ///   - features: The features of the couplings' networks.
    ///   - pixels: How pixels become numbers that can be any.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, levels: Int = 2, steps: Int = 8, features: Int = 64,
        pixels: LogitPixels = LogitPixels(), seed: UInt64 = 0
    ) {
        if let objection = Self.objection(to: imageShape, levels: levels)
            ?? (features < 1 || steps < 1 ? "\(features) features and \(steps) steps" : nil)
        {
            invalidUse("Glow", objection)
        }
        var random = RandomStream(seed: seed, for: .initialization)
        var channels = imageShape[2]
        var splits: [Conv2D] = []
        let sequences = (0..<levels).map { level in
            channels *= 4
            let layers = (0..<steps).flatMap { _ in
                NormalizingFlow.glowStep(
                    channels,
                    ResidualNetwork(
                        inputs: channels, features: features, blocks: 1, outputs: 2 * channels,
                        random: &random), random: &random)
            }
            if level + 1 < levels {
                channels /= 2
                let split = Conv2D(
                    inputs: channels, outputs: 2 * channels, kernel: 3, padding: 1, weights: .zeros,
                    random: &random)
                startAtZero(split.bias)
                splits.append(split)
            }
            return InvertibleSequence([Squeeze()] + layers)
        }
        flow = NormalizingFlow(shape: imageShape, levels: sequences, splits: splits)
        self.pixels = pixels
    }

    /// Why there is no model of so many levels for pictures of a shape; nil if there is.
    public static func objection(to imageShape: Shape, levels: Int) -> String? {
        NormalizingFlow.objection(to: imageShape, levels: levels, squeezings: levels)
    }
}

extension NormalizingFlow {
    fileprivate static func glowStep(
        _ channels: Int, _ network: any Layer, random: inout RandomStream
    ) -> [any InvertibleLayer] {
        [
            ActNorm(channels: channels), InvertibleConvolution(channels: channels, random: &random),
            AffineCoupling(.half(keepsFirst: true), features: channels, network: network),
        ]
    }

    /// A flow of vectors [features] of Glow's steps, whose couplings have networks of layers of ReLU units.
    public static func glow(features: Int, steps: Int, hidden: [Int], seed: UInt64 = 0) -> NormalizingFlow {
        var random = RandomStream(seed: seed, for: .initialization)
        let layers = (0..<steps).flatMap { _ in
            let network = PerceptronNetwork(
                inputs: features, hidden: hidden, outputs: 2 * features, random: &random)
            return glowStep(features, network, random: &random)
        }
        return NormalizingFlow(shape: [features], levels: [InvertibleSequence(layers)])
    }
}
