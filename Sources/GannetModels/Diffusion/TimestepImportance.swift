import Gannet

/// Draws the time steps that a denoiser is trained at as often as their terms of the bound are large: Nichol and Dhariwal,
/// "Improved Denoising Diffusion Probabilistic Models" (arXiv:2102.09672), equation 18.
///
///     L = E_{t ~ p} (Lₜ / pₜ),   pₜ ∝ √E(Lₜ²)
///
/// E(Lₜ²) is a moving average, in which a batch makes up a tenth, where the paper has the mean of the last ten. Until each time step
/// was drawn once, all are as likely; later a thousandth of the draws is spread evenly, too, as in the paper's code.
public struct TimestepImportance: Module {
    /// The moving average of Lₜ², [timesteps]; 0 where a time step was never drawn.
    private let squares: Parameter

    private var count: Int { squares.shape[0] }

    /// Creates the averages for so many time steps.
    public init(timesteps: Int) {
        squares = Parameter(Tensor([Float](repeating: 0, count: timesteps)), isTrainable: false)
    }

    /// pₜ, [timesteps].
    public var probabilities: Tensor {
        let roots = squares.value.sqrt()
        let weighted = roots / maximum(roots.sum(), 1e-30) * 0.999 + .literal(0.001 / Float(count))
        return select(squares.value.min() .> 0, weighted, .literal(1 / Float(count)))
    }

    /// Time steps, `int32` [count], and what a term at each is to be multiplied by for the mean over all of them, 1 / (T pₜ).
    public func drawn(_ batch: Int, noise: inout RandomStream) -> (timesteps: Tensor, weights: Tensor) {
        let probabilities = probabilities
        let u = noise.uniform([batch, 1])
        let passed = (probabilities.cumulativeSum(axis: 0).reshape([1, count]) .<= u).cast(to: .float32)
        // Rounded, all probabilities together may be a little less than 1.
        let timesteps = minimum(passed.sum(axes: [1]), .literal(Float(count - 1))).cast(to: .int32)
        return (timesteps, 1 / (.literal(Float(count)) * probabilities.gathered(at: timesteps)))
    }

    /// Takes note of the terms at time steps that were drawn, both [batch]; with the update that is being made.
    public func record(_ terms: Tensor, at timesteps: Tensor) {
        let shape: Shape = [timesteps.shape[0], count]
        let isDrawn = timesteps.reshape([timesteps.shape[0], 1]) .== Tensor.index(along: 1, of: shape)
        let times = isDrawn.cast(to: .float32).sum(axes: [0])
        let sums = select(isDrawn, terms.stoppingGradient().squared().reshape([shape[0], 1]), 0).sum(axes: [0]
        )
        let mean = sums / maximum(times, 1)
        squares.track { old in
            select(times .== 0, old, select(old .== 0, mean, 0.9 * old + 0.1 * mean))
        }
    }
}
