import Gannet

/// The network of "Denoising Diffusion Probabilistic Models" (Ho et al., arXiv:2006.11239, appendix B) in small: a
/// U-Net (Ronneberger et al., arXiv:1505.04597) of residual blocks with group normalisation and SiLU, each of which is
/// told the time step.
///
/// - `x` and the result are [batch, height, width, channels], the time steps [batch].
///
/// Each level has one block on the way down and one on the way up, which also sees what the one on the way down made;
/// between levels strided convolutions halve the sides and nearest-neighbour resizing doubles them. There is no
/// attention.
public struct UNet: Module {
    private let embedding: TimeEmbedding
    private let first: Conv2D
    private let down: [ResidualBlock]
    private let shrinking: [Conv2D]
    private let middle: ResidualBlock
    private let up: [ResidualBlock]
    private let growing: [Conv2D]
    private let norm: GroupNorm
    private let last: Conv2D

    /// Creates a network whose initial values are drawn from `random`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels]; the sides are multiples of 2 to the number of levels less one.
    ///   - features: The number of features of each level, from the full size down, multiples of 8.
    ///   - random: Where the initial values come from.
    public init(imageShape: Shape, features: [Int], random: inout RandomStream) {
        let factor = 1 << max(features.count - 1, 0)
        if imageShape.rank != 3 || features.isEmpty || features.contains(where: { $0 < 8 || $0 % 8 != 0 })
            || imageShape[0] % factor != 0 || imageShape[1] % factor != 0
        {
            invalidUse("UNet", "\(features) features for pictures of shape \(imageShape)")
        }
        func convolution(_ inputs: Int, _ outputs: Int, stride: Int = 1) -> Conv2D {
            Conv2D(inputs: inputs, outputs: outputs, kernel: 3, stride: stride, padding: 1, random: &random)
        }
        let signals = 4 * features[0]
        func block(_ inputs: Int, _ outputs: Int) -> ResidualBlock {
            ResidualBlock(inputs: inputs, outputs: outputs, signals: signals, random: &random)
        }
        let levels = features.indices
        let (top, bottom) = (features[0], features[features.count - 1])
        embedding = TimeEmbedding(features: features[0], outputs: signals, random: &random)
        first = convolution(imageShape[2], top)
        down = levels.map { block(features[max($0 - 1, 0)], features[$0]) }
        shrinking = levels.dropLast().map { convolution(features[$0], features[$0], stride: 2) }
        middle = block(bottom, bottom)
        up = levels.map { block(2 * features[$0], features[$0]) }
        growing = levels.dropFirst().map { convolution(features[$0], features[$0 - 1]) }
        norm = GroupNorm(groups: 8, channels: top)
        last = Conv2D(
            inputs: top, outputs: imageShape[2], kernel: 3, padding: 1, weights: .zeros, random: &random)
    }

    /// The prediction for images at some time steps.
    public func callAsFunction(_ x: Tensor, _ timesteps: Tensor) -> Tensor {
        let signal = embedding(timesteps)
        var h = first(x)
        var seen: [Tensor] = []
        for level in down.indices {
            h = down[level](h, signal)
            seen.append(h)
            if level < shrinking.count { h = shrinking[level](h) }
        }
        h = middle(h, signal)
        for level in down.indices.reversed() {
            h = up[level](Tensor.concatenate([h, seen[level]], axis: 3), signal)
            if level > 0 { h = growing[level - 1](h.resizedNearest(by: 2)) }
        }
        return last(norm(h).silu())
    }

    /// Sines and cosines of the time step, and two layers after them.
    private struct TimeEmbedding: Module {
        let waves: SinusoidalEmbedding
        let first: Linear
        let second: Linear

        init(features: Int, outputs: Int, random: inout RandomStream) {
            waves = SinusoidalEmbedding(features: features)
            first = Linear(inputs: features, outputs: outputs, random: &random)
            second = Linear(inputs: outputs, outputs: outputs, random: &random)
        }

        func callAsFunction(_ timesteps: Tensor) -> Tensor { second(first(waves(timesteps)).silu()) }
    }

    /// x + f(x, t), with f twice group normalisation, SiLU and a 3×3 convolution; the signal of the time step is added
    /// in between. Where the number of features changes, x passes a 1×1 convolution.
    private struct ResidualBlock: Module {
        let norms: [GroupNorm]
        let convolutions: [Conv2D]
        let signal: Linear
        let shortcut: Conv2D?

        init(inputs: Int, outputs: Int, signals: Int, random: inout RandomStream) {
            norms = [inputs, outputs].map { GroupNorm(groups: 8, channels: $0) }
            convolutions = [
                Conv2D(inputs: inputs, outputs: outputs, kernel: 3, padding: 1, random: &random),
                Conv2D(inputs: outputs, outputs: outputs, kernel: 3, padding: 1, random: &random),
            ]
            signal = Linear(inputs: signals, outputs: outputs, random: &random)
            shortcut =
                inputs == outputs
                ? nil : Conv2D(inputs: inputs, outputs: outputs, kernel: 1, random: &random)
        }

        func callAsFunction(_ x: Tensor, _ t: Tensor) -> Tensor {
            var h = convolutions[0](norms[0](x).silu())
            h = h + signal(t.silu()).reshape(t.shape[0], 1, 1, -1)
            h = convolutions[1](norms[1](h).silu())
            return h + (shortcut?(x) ?? x)
        }
    }
}
