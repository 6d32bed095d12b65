import Gannet

/// How a diffusion process turns images into noise, step by step: q(xₜ | xₜ₋₁) = N(√(1 − βₜ) xₜ₋₁, βₜ I).
///
/// Ho, Jain and Abbeel, "Denoising Diffusion Probabilistic Models" (2020, arXiv 2006.11239), section 2, with
/// αₜ = 1 − βₜ and ᾱₜ = α₀ ⋯ αₜ. Time steps count from 0, the first noising, to ``timesteps`` − 1. The tables are
/// computed in double precision on the host.
public struct NoiseSchedule: Sendable {
    /// βₜ, the variance of the noise that a step adds.
    public let betas: [Double]
    /// ᾱₜ, how much of the image's variance is left after step t.
    public let cumulativeAlphas: [Double]
    /// What x_t takes of the image and of the noise, √ᾱₜ and √(1 − ᾱₜ): [timesteps, 2].
    private let forwardTable: Tensor
    /// What x_t takes of x_{t−1} and of the noise, √(1 − βₜ) and √βₜ: [timesteps, 2].
    private let stepTable: Tensor

    /// A schedule of given variances.
    ///
    /// - Parameter betas: βₜ for each step, all above 0 and below 1.
    public init(betas: [Double], file: StaticString = #fileID, line: UInt = #line) {
        if betas.isEmpty { invalidUse("NoiseSchedule", "there are no steps", file: file, line: line) }
        if let step = betas.firstIndex(where: { !($0 > 0 && $0 < 1) }) {
            invalidUse(
                "NoiseSchedule", "β[\(step)] is \(betas[step]), and must be above 0 and below 1", file: file,
                line: line)
        }
        self.betas = betas
        var product = 1.0
        let cumulativeAlphas = betas.map { beta in
            product *= 1 - beta
            return product
        }
        self.cumulativeAlphas = cumulativeAlphas
        func table(_ remaining: [Double]) -> Tensor {
            Tensor(
                remaining.flatMap { [Float($0.squareRoot()), Float((1 - $0).squareRoot())] },
                shape: [betas.count, 2])
        }
        forwardTable = table(cumulativeAlphas)
        stepTable = table(betas.map { 1 - $0 })
    }

    /// The number of steps, T.
    public var timesteps: Int { betas.count }

    /// xₜ = √ᾱₜ x₀ + √(1 − ᾱₜ) ε (equation 4), in one pass.
    ///
    /// - Parameters:
    ///   - images: x₀, [B, …].
    ///   - timesteps: t for each image, `int32` [B].
    ///   - key: The key of ε, `uint32` [4]: ε is `RandomStream.normal(images.shape, key: key)`.
    public func noised(_ images: Tensor, at timesteps: Tensor, key: Tensor) -> Tensor {
        images.noiseStep(.forward, coefficients: forwardTable.gathered(at: timesteps), key: key)
    }

    /// xₜ = √(1 − βₜ) xₜ₋₁ + √βₜ ε (equation 2): one step.
    ///
    /// - Parameters:
    ///   - images: xₜ₋₁, [B, …].
    ///   - timesteps: t for each image, `int32` [B].
    ///   - key: The key of ε, as of ``noised(_:at:key:)``.
    public func stepped(_ images: Tensor, at timesteps: Tensor, key: Tensor) -> Tensor {
        images.noiseStep(.forward, coefficients: stepTable.gathered(at: timesteps), key: key)
    }

    /// The ratio of the image's variance and the noise's after step t, ᾱₜ / (1 − ᾱₜ).
    public func signalToNoise(_ timestep: Int) -> Double {
        let signal = cumulativeAlpha(timestep)
        return signal / (1 - signal)
    }

    /// ᾱ after step t; 1 where t is negative, before the first step.
    public func cumulativeAlpha(_ timestep: Int) -> Double {
        timestep < 0 ? 1 : cumulativeAlphas[timestep]
    }

    /// What q(x_s | x_t, x₀) is, a step back from t to s (equation 7, for s = t − 1): its mean as what it takes of x₀ and of
    /// x_t, and its variance.
    public func posterior(
        from t: Int, to s: Int
    ) -> (image: Double, current: Double, variance: Double) {
        posterior(now: cumulativeAlpha(t), before: cumulativeAlpha(s))
    }

    /// The same, of a step from where ᾱ is `now` back to where it was `before`.
    func posterior(now: Double, before: Double) -> (image: Double, current: Double, variance: Double) {
        let alpha = now / before
        return (
            before.squareRoot() * (1 - alpha) / (1 - now), alpha.squareRoot() * (1 - before) / (1 - now),
            (1 - before) / (1 - now) * (1 - alpha)
        )
    }

    /// The variance of q(x_t | x_s): βₜ, for s = t − 1.
    public func forwardVariance(from s: Int, to t: Int) -> Double {
        1 - cumulativeAlpha(t) / cumulativeAlpha(s)
    }
}
