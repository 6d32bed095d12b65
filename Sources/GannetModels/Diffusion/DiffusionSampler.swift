import Gannet

/// What a denoiser predicts of the noised images it sees.
public enum DenoiserPrediction: Sendable, Hashable {
    /// ε, the noise.
    case noise
    /// x₀, the image.
    case image
    /// v = √ᾱ ε − √(1 − ᾱ) x₀ (Salimans and Ho 2022, arXiv 2202.00512).
    case velocity
}

/// A way back from noise to images, in some of the steps of a schedule.
public struct DiffusionSampler: Sendable {
    /// Which distribution each step draws from.
    public enum Kind: Sendable, Hashable {
        /// The posterior with the variance β̃ (Ho et al. 2020, algorithm 2).
        case ddpm
        /// Song, Meng and Ermon 2020 (arXiv 2010.02502), equation 12: with η = 0 no noise is added, with η = 1 as much
        /// as DDPM adds.
        case ddim(eta: Double)
    }

    /// The schedule that the denoiser was trained with.
    public let schedule: NoiseSchedule
    /// The steps, as the time steps from which each goes back to the next; the last goes back to the image.
    public let timesteps: [Int]
    /// Which distribution each step draws from.
    public let kind: Kind
    /// What the denoiser predicts.
    public let prediction: DenoiserPrediction
    /// The bound to which the image that a prediction implies is clipped, on either side of 0; nil for none.
    public let clip: Double?

    /// Creates a sampler.
    ///
    /// - Parameters:
    ///   - schedule: The schedule that the denoiser was trained with.
    ///   - steps: The number of steps, evenly spaced from the schedule's; nil for all.
    public init(
        _ kind: Kind, schedule: NoiseSchedule, steps: Int? = nil, prediction: DenoiserPrediction = .noise,
        clip: Double? = 1, file: StaticString = #fileID, line: UInt = #line
    ) {
        let steps = steps ?? schedule.timesteps
        if steps < 1 || steps > schedule.timesteps {
            invalidUse(
                "DiffusionSampler", "\(steps) steps of a schedule of \(schedule.timesteps)", file: file,
                line: line)
        }
        self.schedule = schedule
        self.kind = kind
        self.prediction = prediction
        self.clip = clip
        let stride = schedule.timesteps / steps
        timesteps = (0..<steps).reversed().map { $0 * stride }
    }

    /// The time step that a step from `t` goes back to; negative for the image.
    private func target(of t: Int) -> Int { t - schedule.timesteps / timesteps.count }

    /// Whether steps add noise.
    private var isNoisy: Bool { if case .ddim(let eta) = kind { eta > 0 } else { true } }

    /// The step from time step `t` in terms of ``NoiseStep``.
    public func coefficients(from t: Int) -> [Double] {
        let s = target(of: t)
        let (now, before) = (schedule.cumulativeAlpha(t), schedule.cumulativeAlpha(s))
        let (signal, noise) = (now.squareRoot(), (1 - now).squareRoot())
        // The image and the noise that the prediction m implies, each as (of x, of m).
        let (image, error): ((Double, Double), (Double, Double)) =
            switch prediction {
            case .noise: ((1 / signal, -noise / signal), (0, 1))
            case .image: ((0, 1), (1 / noise, -signal / noise))
            case .velocity: ((signal, -noise), (noise, signal))
            }
        let bound = clip ?? .infinity
        switch kind {
        case .ddpm:
            let mean = schedule.posteriorMean(from: t, to: s)
            let deviation = schedule.posteriorVariance(from: t, to: s).squareRoot()
            return [image.0, image.1, mean.image, mean.current, 0, deviation, bound]
        case .ddim(let eta):
            let variance = eta * eta * schedule.posteriorVariance(from: t, to: s)
            let direction = max(1 - before - variance, 0).squareRoot()
            return [
                image.0, image.1, before.squareRoot(), direction * error.0, direction * error.1,
                variance.squareRoot(), bound,
            ]
        }
    }

    /// Images made of noise, all steps in one loop of the graph.
    ///
    /// - Parameters:
    ///   - start: Standard normal noise, or what else is to be denoised, [B, …].
    ///   - noise: What the steps draw their noise from.
    ///   - denoiser: Gives the prediction for images [B, …] at a time step, `int32` of shape [].
    public func images(
        from start: Tensor, noise: inout RandomStream,
        denoiser: (_ images: Tensor, _ timestep: Tensor) -> Tensor
    ) -> Tensor {
        let step = NoiseStep.reverse(isClipped: clip != nil, isNoisy: isNoisy)
        let table = timesteps.flatMap { coefficients(from: $0).map(Float.init) }
        var scanned = [
            Tensor(timesteps.map(Int32.init)),
            Tensor(table, shape: [timesteps.count, step.coefficientCount]),
        ]
        if isNoisy { scanned.append(noise.nextKeys(timesteps.count)) }
        return Tensor.loop(count: timesteps.count, carrying: [start], over: scanned) { iteration in
            let images = iteration.state[0]
            let next = images.noiseStep(
                step, prediction: denoiser(images, iteration.scanned[0]), coefficients: iteration.scanned[1],
                key: isNoisy ? iteration.scanned[2] : nil)
            return ([next], [])
        }.state[0]
    }
}
