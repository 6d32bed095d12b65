import Gannet

/// A denoiser of vectors: residual layers, each of which is told the time step.
///
///     h ← h + W₂ silu(W₁ silu(h) + U e(t))
///
/// where h is made of x at first, and of sines and cosines of 2ᵏ x, without which such a network learns nothing fine (Tancik et al.,
/// "Fourier Features Let Networks Learn High Frequency Functions", arXiv:2006.10739).
///
/// - `x` is [batch, dimensions], the time steps `int32` [batch], the result [batch, outputs].
public struct MLPDenoiser: Module {
    private struct Block: Module {
        let first: Linear
        let signal: Linear
        let second: Linear
    }

    private let embedding: TimeEmbedding
    private let first: Linear
    private let blocks: [Block]
    private let last: Linear
    private let frequencies: Int

    /// Creates a network whose initial values are drawn from `random`.
    ///
    /// - Parameters:
    ///   - dimensions: Those of the vectors.
    ///   - outputs: The numbers in the result; as many as dimensions unless it is said.
    ///   - features: The width of the layers.
    ///   - blocks: The number of residual layers.
    ///   - frequencies: How many sines, and cosines, of each coordinate it sees; up to 16.
    ///   - random: Where the initial values come from.
    public init(
        dimensions: Int, outputs: Int? = nil, features: Int = 128, blocks: Int = 3, frequencies: Int = 4,
        random: inout RandomStream
    ) {
        if dimensions < 1 || features < 2 || blocks < 1 || !(0...16).contains(frequencies) {
            invalidUse(
                "MLPDenoiser",
                "\(blocks) blocks of \(features) features for vectors of \(dimensions) dimensions with \(frequencies) "
                    + "frequencies")
        }
        embedding = TimeEmbedding(
            SinusoidalEmbedding(features: features), outputs: features, random: &random)
        self.frequencies = frequencies
        first = Linear(
            inputs: dimensions * (1 + 2 * frequencies), outputs: features, random: &random)
        self.blocks = (0..<blocks).map { _ in
            Block(
                first: Linear(inputs: features, outputs: features, random: &random),
                signal: Linear(inputs: features, outputs: features, random: &random),
                second: Linear(inputs: features, outputs: features, random: &random))
        }
        last = Linear(inputs: features, outputs: outputs ?? dimensions, weights: .zeros, random: &random)
    }

    /// The prediction for vectors at some time steps.
    public func callAsFunction(_ x: Tensor, _ timesteps: Tensor) -> Tensor {
        let signal = embedding(timesteps, labels: nil).silu()
        let waves = (0..<frequencies).flatMap { octave in
            let angle = x * .literal(Float(1 << octave))
            return [angle.sin(), angle.cos()]
        }
        var h = first(.concatenate([x] + waves, axis: 1))
        for block in blocks {
            h = h + block.second((block.first(h.silu()) + block.signal(signal)).silu())
        }
        return last(h.silu())
    }
}
