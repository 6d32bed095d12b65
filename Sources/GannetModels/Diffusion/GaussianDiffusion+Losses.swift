import Gannet

/// What a denoiser is trained by.
public enum DiffusionObjective: Sendable, Hashable {
    /// The squared error of the prediction, the mean over pixels: L_simple of Ho, Jain and Abbeel (arXiv:2006.11239), equation
    /// 14.
    case simple
    /// The bound on −log₂ p(x₀) in bits per dimension, as T times the term of the time step that was drawn (equation 5).
    case bound
    /// L_simple + λ times the bound, by which only the variance is trained: Nichol and Dhariwal (arXiv:2102.09672), equation 16.
    case hybrid(weight: Double)
}

/// How the last step back gives the likelihood of examples.
public enum DiffusionDecoder: Sendable, Hashable {
    /// Examples are pixels of so many levels from −1 to 1 (Ho et al., equation 13).
    case discretized(levels: Int)
    /// They are numbers of any size, and the likelihood is a density.
    case density
}

/// The losses by which a denoiser is trained, and the bound on the likelihood that it gives.
extension GaussianDiffusion {
    /// The loss of each example at a time step, [batch].
    ///
    /// - Parameters:
    ///   - objective: Which.
    ///   - examples: x₀, [batch, …, channels].
    ///   - timesteps: t of each, `int32` [batch].
    ///   - key: The key of ε, `uint32` [4].
    ///   - decoder: How the last step back gives the likelihood.
    ///   - denoiser: What is trained.
    public func losses(
        _ objective: DiffusionObjective, of examples: Tensor, at timesteps: Tensor, key: Tensor,
        decoder: DiffusionDecoder = .discretized(levels: 256), denoiser: Denoiser
    ) -> Tensor {
        let x = schedule.noised(examples, at: timesteps, key: key)
        let results = denoiser(x, timesteps)
        func simple() -> Tensor {
            let noise = RandomStream.normal(examples.shape, key: key)
            let error = parts(of: results).prediction - target(for: examples, noise: noise, at: timesteps)
            return error.squared().mean(axes: examples.shape.inner)
        }
        func bound(_ results: Tensor) -> Tensor {
            let dimensions = Double(examples.shape.count / examples.shape[0])
            let scale = Double(schedule.timesteps) / (dimensions * 0.6931471805599453)
            return .literal(Float(scale))
                * term(of: examples, x, at: timesteps, results: results, clip: nil, decoder: decoder)
        }
        switch objective {
        case .simple: return simple()
        case .bound: return bound(results)
        case .hybrid(let weight):
            guard let share = parts(of: results).variance else {
                invalidUse("losses(_:of:at:key:decoder:denoiser:)", "a hybrid loss is for a learned variance")
            }
            let frozen = Tensor.concatenate(
                [parts(of: results).prediction.stoppingGradient(), share], axis: -1)
            return simple() + .literal(Float(weight)) * bound(frozen)
        }
    }

    /// The term of the bound at a time step, in nats for each example, [batch]: L₀ = −ln p(x₀ | x₁) at time step 0, and
    /// L_{t−1} = KL(q(xₜ₋₁ | xₜ, x₀) ‖ p(xₜ₋₁ | xₜ)) at the others (equation 5).
    ///
    /// The sum over all time steps and ``priorTerm(of:)`` bound −ln p(x₀) from above, on the average over ε.
    ///
    /// - Parameters:
    ///   - clip: The bound to which the x₀ that a prediction implies is clipped, on either side of 0; nil for none.
    public func term(
        of examples: Tensor, at timesteps: Tensor, key: Tensor, clip: Double? = nil,
        decoder: DiffusionDecoder = .discretized(levels: 256), denoiser: Denoiser
    ) -> Tensor {
        let x = schedule.noised(examples, at: timesteps, key: key)
        return term(
            of: examples, x, at: timesteps, results: denoiser(x, timesteps), clip: clip, decoder: decoder)
    }

    private func term(
        of examples: Tensor, _ x: Tensor, at timesteps: Tensor, results: Tensor, clip: Double?,
        decoder: DiffusionDecoder
    ) -> Tensor {
        let (mean, logVariance) = reverse(of: x, at: timesteps, results: results, clip: clip)
        let (rightMean, rightLogVariance) = posterior(of: examples, and: x, at: timesteps)
        let divergence = gaussianKL(
            mean: rightMean, logVariance: rightLogVariance, to: mean, logVariance: logVariance)
        let decoded =
            switch decoder {
            case .discretized(let levels):
                discretizedGaussianNLL(
                    mean: mean, logVariance: logVariance, targets: examples, levels: levels)
            case .density:
                gaussianNLL(
                    mean: mean, logVariance: logVariance.broadcast(to: mean.shape), targets: examples)
            }
        let isFirst = (timesteps .== 0).reshape(
            Shape([examples.shape[0]] + examples.shape.inner.map { _ in 1 }))
        return select(isFirst, decoded, divergence).sum(axes: examples.shape.inner)
    }

    /// L_T = KL(q(x_T | x₀) ‖ N(0, 1)) in nats for each example, [batch]: nothing that a denoiser could change.
    public func priorTerm(of examples: Tensor) -> Tensor {
        let remaining = schedule.cumulativeAlpha(schedule.timesteps - 1)
        let variance = Tensor.literal(Float(1 - remaining)).broadcast(to: examples.shape)
        return gaussianKL(
            mean: .literal(Float(remaining.squareRoot())) * examples, logVariance: variance.log()
        )
        .sum(axes: examples.shape.inner)
    }
}

extension Shape {
    /// All axes but the first.
    fileprivate var inner: [Int] { Array(1..<max(rank, 1)) }
}
