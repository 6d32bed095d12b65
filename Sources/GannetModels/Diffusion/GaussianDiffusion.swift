import Gannet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A diffusion process and the way back that a denoiser gives it: Ho, Jain and Abbeel, "Denoising Diffusion Probabilistic Models"
/// (arXiv:2006.11239), section 2.
///
/// Examples x₀ of any shape become noise by q (a ``NoiseSchedule``); a denoiser predicts what they were, and thereby the
/// steps back,
///
///     p(xₜ₋₁ | xₜ) = N(μ(xₜ, t), σ²(xₜ, t)),   μ = the mean of q(xₜ₋₁ | xₜ, x₀) at the x₀ that the prediction implies
///
/// Whatever network it is is the caller's business: tensors [batch, …, channels] go in with their time steps, `int32` [batch],
/// and of the same shape, with ``ReverseVariance/outputsPerChannel`` times as many channels, the results come out.
public struct GaussianDiffusion: Sendable {
    /// A network that predicts: of noised examples [batch, …, channels] and their time steps `int32` [batch].
    public typealias Denoiser = (_ examples: Tensor, _ timesteps: Tensor) -> Tensor

    /// How examples become noise.
    public let schedule: NoiseSchedule
    /// What the denoiser predicts.
    public let prediction: DenoiserPrediction
    /// The variance of the steps back.
    public let variance: ReverseVariance
    private let tables: [Column: Tensor]

    /// Numbers that depend on the time step.
    private enum Column: CaseIterable {
        case targetOfImage, targetOfNoise
        case imageOfCurrent, imageOfPrediction
        case meanOfImage, meanOfCurrent
        case logSmallVariance, logLargeVariance
    }

    /// Creates a process and its way back.
    public init(
        _ schedule: NoiseSchedule = .linear(), predicting prediction: DenoiserPrediction = .noise,
        variance: ReverseVariance = .fixedSmall
    ) {
        (self.schedule, self.prediction, self.variance) = (schedule, prediction, variance)
        let rows = (0..<schedule.timesteps).map { t -> [Column: Double] in
            let remaining = schedule.cumulativeAlpha(t)
            let (signal, noise) = (remaining.squareRoot(), (1 - remaining).squareRoot())
            let target = prediction.target(signal: signal, noise: noise)
            let image = prediction.implied(signal: signal, noise: noise).image
            let mean = schedule.posterior(from: t, to: t - 1)
            let variances = Self.variances(schedule, variance, from: t, to: t - 1)
            return [
                .targetOfImage: target.image, .targetOfNoise: target.noise,
                .imageOfCurrent: image.current, .imageOfPrediction: image.prediction,
                .meanOfImage: mean.image, .meanOfCurrent: mean.current,
                .logSmallVariance: log(variances.small), .logLargeVariance: log(variances.large),
            ]
        }
        tables = Dictionary(
            uniqueKeysWithValues: Column.allCases.map { column in
                (column, Tensor(rows.map { Float($0[column]!) }, shape: [rows.count, 1]))
            })
    }

    /// The least and the largest variance of a step back from t to s.
    private static func variances(
        _ schedule: NoiseSchedule, _ variance: ReverseVariance, from t: Int, to s: Int
    ) -> (small: Double, large: Double) {
        let large = schedule.forwardVariance(from: s, to: t)
        if s >= 0 { return (schedule.posterior(from: t, to: s).variance, large) }
        // The step back to x₀, where β̃ would be 0: as the step before it. The decoder of pixels is as narrow with fixed large
        // variances (Ho et al.'s code).
        let small = schedule.timesteps > 1 ? schedule.posterior(from: 1, to: 0).variance : large
        return (small, variance == .learned ? large : small)
    }

    /// A column's numbers for examples of a shape at their time steps, [batch, 1, …].
    private func values(_ column: Column, at timesteps: Tensor, for shape: Shape) -> Tensor {
        tables[column]!.gathered(at: timesteps)
            .reshape(Shape([shape[0]] + shape.extents.dropFirst().map { _ in 1 }))
    }

    // MARK: What a denoiser is to say

    /// What a denoiser should predict of the examples x₀ that were noised by ε.
    public func target(for examples: Tensor, noise: Tensor, at timesteps: Tensor) -> Tensor {
        switch prediction {
        case .noise: return noise
        case .image: return examples
        case .velocity:
            func value(_ column: Column) -> Tensor { values(column, at: timesteps, for: examples.shape) }
            return value(.targetOfImage) * examples + value(.targetOfNoise) * noise
        }
    }

    /// The prediction in a denoiser's results, and where the variance is learned, what they say of it.
    public func parts(of results: Tensor) -> (prediction: Tensor, variance: Tensor?) {
        guard variance == .learned else { return (results, nil) }
        let channels = results.shape[-1] / 2
        return (results[.ellipsis, 0..<channels], results[.ellipsis, channels...])
    }

    /// x₀ as a prediction of x implies it.
    public func image(impliedBy prediction: Tensor, of x: Tensor, at timesteps: Tensor) -> Tensor {
        values(.imageOfCurrent, at: timesteps, for: x.shape) * x
            + values(.imageOfPrediction, at: timesteps, for: x.shape) * prediction
    }

    // MARK: Steps back

    /// The mean and the logarithm of the variance of q(xₜ₋₁ | xₜ, x₀) (equation 7); the variance is [batch, 1, …], and at t = 0,
    /// where it is 0, that at t = 1.
    public func posterior(
        of examples: Tensor, and x: Tensor, at timesteps: Tensor
    ) -> (mean: Tensor, logVariance: Tensor) {
        (
            values(.meanOfImage, at: timesteps, for: x.shape) * examples
                + values(.meanOfCurrent, at: timesteps, for: x.shape) * x,
            values(.logSmallVariance, at: timesteps, for: x.shape)
        )
    }

    /// The mean and the logarithm of the variance of p(xₜ₋₁ | xₜ), given a denoiser's results for xₜ; the variance is
    /// [batch, 1, …] where it is not learned.
    ///
    /// - Parameter clip: The bound to which x₀ is clipped, on either side of 0; nil for none.
    public func reverse(
        of x: Tensor, at timesteps: Tensor, results: Tensor, clip: Double? = nil
    ) -> (mean: Tensor, logVariance: Tensor) {
        let (prediction, share) = parts(of: results)
        var image = image(impliedBy: prediction, of: x, at: timesteps)
        if let clip { image = image.clamped(to: -clip...clip) }
        let (mean, small) = posterior(of: image, and: x, at: timesteps)
        let large = values(.logLargeVariance, at: timesteps, for: x.shape)
        switch variance {
        case .fixedSmall: return (mean, small)
        case .fixedLarge: return (mean, large)
        case .learned: return (mean, small + (share! + 1) * 0.5 * (large - small))
        }
    }
}
