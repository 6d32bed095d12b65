import Gannet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A way back from noise to examples, in some of the steps of a diffusion process.
public struct DiffusionSampler: Sendable {
    /// Which distribution each step draws from.
    public enum Kind: Sendable, Hashable {
        /// p(xₜ₋₁ | xₜ), with the process's variance (Ho, Jain and Abbeel, arXiv:2006.11239, algorithm 2).
        case ddpm
        /// Song, Meng and Ermon (arXiv:2010.02502), equation 12: with η = 0 no noise is added, with η = 1 as much
        /// as DDPM adds with its small variance.
        case ddim(eta: Double)
        /// The multistep solver of second order, DPM-Solver++(2M): Lu et al. (arXiv:2211.01095), algorithm 2. It adds no noise.
        case dpmSolver
    }

    /// Which of the process's time steps are gone through.
    public enum Spacing: Sendable, Hashable {
        /// 0, ⌊T / n⌋, 2 ⌊T / n⌋, …
        case leading
        /// T − 1, T − 1 − T / n, …, rounded: the last time step, at which there is hardly more than noise, is one of them.
        case trailing
    }

    /// The process that the denoiser was trained for.
    public let diffusion: GaussianDiffusion
    /// Which distribution each step draws from.
    public let kind: Kind
    /// The time steps from which each step goes back to the next; the last goes back to the example.
    public let timesteps: [Int]
    /// The bound to which the example that a prediction implies is clipped, on either side of 0; nil for none.
    public let clip: Double?
    /// Whether the noise that a step of DDIM keeps is the one that goes with the clipped example. Otherwise it is the one that is predicted:
    /// where much is clipped, as with strong guidance, both do not go together, and pictures come out distorted.
    public let rederivesNoise: Bool
    /// ᾱ where the last step ends: 1, or that of time step 0, as if that were without noise.
    public let finalCumulativeAlpha: Double

    /// How the process makes noise.
    public var schedule: NoiseSchedule { diffusion.schedule }

    /// Creates a sampler.
    ///
    /// - Parameters:
    ///   - diffusion: The process that the denoiser was trained for.
    ///   - steps: The number of steps; nil for all.
    ///   - spacing: Which of the time steps these are.
    ///   - clip: The bound to which the example that a prediction implies is clipped, on either side of 0; nil for none.
    ///   - rederivesNoise: Whether the noise that a step of DDIM keeps is the one that goes with the clipped example, as in OpenAI's code, or the one
    ///     that is predicted, as in diffusers' unless its `use_clipped_model_output` is set.
    ///   - finalCumulativeAlpha: ᾱ where the last step ends.
    public init(
        _ kind: Kind, of diffusion: GaussianDiffusion, steps: Int? = nil, spacing: Spacing = .leading,
        clip: Double? = 1, rederivesNoise: Bool = true, finalCumulativeAlpha: Double = 1,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        let total = diffusion.schedule.timesteps
        let steps = steps ?? total
        if steps < 1 || steps > total {
            invalidUse("DiffusionSampler", "\(steps) steps of a schedule of \(total)", file: file, line: line)
        }
        let timesteps =
            switch spacing {
            case .leading: (0..<steps).reversed().map { $0 * (total / steps) }
            case .trailing:
                (0..<steps).map {
                    Int((Double(total) * (1 - Double($0) / Double(steps))).rounded()) - 1
                }
            }
        self.init(
            kind: kind, diffusion: diffusion, timesteps: timesteps, clip: clip,
            rederivesNoise: rederivesNoise, finalCumulativeAlpha: finalCumulativeAlpha)
    }

    private init(
        kind: Kind, diffusion: GaussianDiffusion, timesteps: [Int], clip: Double?, rederivesNoise: Bool,
        finalCumulativeAlpha: Double
    ) {
        (self.kind, self.diffusion, self.timesteps, self.clip) = (kind, diffusion, timesteps, clip)
        self.rederivesNoise = rederivesNoise
        self.finalCumulativeAlpha = finalCumulativeAlpha
    }

    /// The same sampler for examples that are partly noise already: its steps from `timestep` down.
    public func begun(at timestep: Int) -> DiffusionSampler {
        DiffusionSampler(
            kind: kind, diffusion: diffusion, timesteps: timesteps.filter { $0 <= timestep }, clip: clip,
            rederivesNoise: rederivesNoise, finalCumulativeAlpha: finalCumulativeAlpha)
    }

    // MARK: Coefficients

    /// ᾱ before step `number`, and behind it.
    func cumulativeAlphas(ofStep number: Int) -> (now: Double, before: Double) {
        (
            schedule.cumulativeAlpha(timesteps[number]),
            number + 1 < timesteps.count
                ? schedule.cumulativeAlpha(timesteps[number + 1]) : finalCumulativeAlpha
        )
    }

    /// Whether steps add noise.
    var isNoisy: Bool {
        switch kind {
        case .ddpm: true
        case .ddim(let eta): eta > 0
        case .dpmSolver: false
        }
    }

    /// A step in terms of ``NoiseStep``, its c₀ … c₆; what of it is drawn with a learned variance, see
    /// ``logVariances(ofStep:)``. c₂ is what a step of the solver takes of the example that is implied; see
    /// ``shareOfPreviousImage(ofStep:)``.
    ///
    /// - Parameter number: The place of the step in ``timesteps``.
    public func coefficients(ofStep number: Int) -> [Double] {
        let (now, before) = cumulativeAlphas(ofStep: number)
        let implied = diffusion.prediction.implied(
            signal: now.squareRoot(), noise: (1 - now).squareRoot())
        let (image, error) = (implied.image, implied.noise)
        let bound = clip ?? .infinity
        let posterior = schedule.posterior(now: now, before: before)
        switch kind {
        case .ddpm:
            let deviation = isLast(number) ? 0 : variances(ofStep: number).fixed.squareRoot()
            return [
                image.current, image.prediction, posterior.image, posterior.current, 0, deviation, bound,
            ]
        case .ddim(let eta):
            let variance = eta * eta * posterior.variance
            let direction = max(1 - before - variance, 0).squareRoot()
            if rederivesNoise, clip != nil {
                // ε = (xₜ − √ᾱₜ x₀) / √(1 − ᾱₜ)
                let (signal, share) = (now.squareRoot(), direction / (1 - now).squareRoot())
                return [
                    image.current, image.prediction, before.squareRoot() - share * signal, share, 0,
                    variance.squareRoot(), bound,
                ]
            }
            return [
                image.current, image.prediction, before.squareRoot(), direction * error.current,
                direction * error.prediction, variance.squareRoot(), bound,
            ]
        case .dpmSolver:
            let solver = solverStep(number)
            return [
                image.current, image.prediction, solver.image, solver.current, 0, 0, bound,
            ]
        }
    }

    func isLast(_ number: Int) -> Bool { number == timesteps.count - 1 }

    /// The variances of a step of DDPM: that of the process, if it is not learned, and those between which it is learned.
    private func variances(ofStep number: Int) -> (fixed: Double, small: Double, large: Double) {
        let (now, before) = cumulativeAlphas(ofStep: number)
        let small = schedule.posterior(now: now, before: before).variance
        let large = 1 - now / before
        return (diffusion.variance == .fixedLarge ? large : small, small, large)
    }

    /// ln β̃ and ln β of a step, between which the variance is learned.
    func logVariances(ofStep number: Int) -> (small: Double, large: Double) {
        let variances = variances(ofStep: number)
        // Of the last step nothing is drawn.
        let small = isLast(number) ? variances.large : variances.small
        return (log(small), log(variances.large))
    }

    /// Of a step of DPM-Solver++ what it takes of x, of the example that is implied now, and of the one that the step before
    /// implied.
    private func solverStep(_ number: Int) -> (current: Double, image: Double, previous: Double) {
        let (now, before) = cumulativeAlphas(ofStep: number)
        // The last step goes to where there is no noise, and is of first order.
        let decay = ((1 - before) / (1 - now)).squareRoot()
        let gain = before.squareRoot() - decay * now.squareRoot()
        if number == 0 || isLast(number) { return (decay, gain, 0) }
        let steps = (
            halfLogSNR(before) - halfLogSNR(now),
            halfLogSNR(now) - halfLogSNR(cumulativeAlphas(ofStep: number - 1).now)
        )
        let correction = steps.0 / (2 * steps.1)
        return (decay, gain * (1 + correction), -gain * correction)
    }

    /// Of a step of DPM-Solver++, what it takes of the example that the step before has implied.
    func shareOfPreviousImage(ofStep number: Int) -> Double {
        kind == .dpmSolver ? solverStep(number).previous : 0
    }

    private func halfLogSNR(_ remaining: Double) -> Double { 0.5 * log(remaining / (1 - remaining)) }
}
