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
    /// What step t takes of the image and of the noise, √ᾱₜ and √(1 − ᾱₜ): [timesteps, 2].
    private let forwardTable: Tensor

    /// A schedule of given variances.
    ///
    /// - Parameter betas: βₜ for each step, all above 0 and below 1.
    public init(betas: [Double], file: StaticString = #fileID, line: UInt = #line) {
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
        forwardTable = Tensor(
            cumulativeAlphas.flatMap { [Float($0.squareRoot()), Float((1 - $0).squareRoot())] },
            shape: [betas.count, 2])
    }

    /// βₜ that grow linearly, those of the paper's section 4 unless others are given.
    public static func linear(
        from first: Double = 1e-4, to last: Double = 0.02, timesteps: Int = 1000
    ) -> NoiseSchedule {
        NoiseSchedule(
            betas: (0..<timesteps).map { first + (last - first) * Double($0) / Double(max(timesteps - 1, 1)) }
        )
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

    /// ᾱ after step t; 1 where t is negative, before the first step.
    public func cumulativeAlpha(_ timestep: Int) -> Double {
        timestep < 0 ? 1 : cumulativeAlphas[timestep]
    }

    /// The variance of q(x_s | x_t, x₀), of a step back from t to s (equation 7, for s = t − 1).
    public func posteriorVariance(from t: Int, to s: Int) -> Double {
        let (now, before) = (cumulativeAlpha(t), cumulativeAlpha(s))
        return (1 - before) / (1 - now) * (1 - now / before)
    }

    /// The mean of q(x_s | x_t, x₀) as a sum of x₀ and x_t: what it takes of each (equation 7, for s = t − 1).
    public func posteriorMean(from t: Int, to s: Int) -> (image: Double, current: Double) {
        let (now, before) = (cumulativeAlpha(t), cumulativeAlpha(s))
        let alpha = now / before
        return (
            before.squareRoot() * (1 - alpha) / (1 - now), alpha.squareRoot() * (1 - before) / (1 - now)
        )
    }
}
