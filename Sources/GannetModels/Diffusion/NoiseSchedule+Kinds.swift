import Gannet

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The schedules of the literature.
extension NoiseSchedule {
    /// βₜ that grow linearly: Ho, Jain and Abbeel (arXiv:2006.11239), section 4, whose values are the defaults.
    public static func linear(
        from first: Double = 1e-4, to last: Double = 0.02, timesteps: Int = 1000
    ) -> NoiseSchedule {
        NoiseSchedule(betas: spaced(first, last, timesteps))
    }

    /// βₜ whose roots grow linearly: that of latent diffusion (Rombach et al., arXiv:2112.10752), there "scaled linear".
    public static func quadratic(
        from first: Double = 1e-4, to last: Double = 0.02, timesteps: Int = 1000
    ) -> NoiseSchedule {
        NoiseSchedule(betas: spaced(first.squareRoot(), last.squareRoot(), timesteps).map { $0 * $0 })
    }

    /// βₜ that grow as the logistic function does from −6 to 6, scaled to the range from `first` to `last`.
    ///
    /// Not to be mixed up with ``cumulativeSigmoid(from:to:temperature:timesteps:)``, where ᾱₜ does so.
    public static func sigmoid(
        from first: Double = 1e-4, to last: Double = 0.02, timesteps: Int = 1000
    ) -> NoiseSchedule {
        NoiseSchedule(betas: spaced(-6, 6, timesteps).map { logistic($0) * (last - first) + first })
    }

    /// ᾱₜ ∝ cos²((t / T + s) / (1 + s) · π / 2), with βₜ at most 0.999: Nichol and Dhariwal, "Improved Denoising Diffusion
    /// Probabilistic Models" (arXiv:2102.09672), equation 17.
    ///
    /// - Parameter offset: s, which keeps the first βₜ from being too small.
    public static func cosine(offset: Double = 0.008, timesteps: Int = 1000) -> NoiseSchedule {
        NoiseSchedule(timesteps: timesteps) { time in
            let c = cos((time + offset) / (1 + offset) * .pi / 2)
            return c * c
        }
    }

    /// ᾱₜ that falls as a logistic function of t / T does, with βₜ at most 0.999: Jabri, Fleet and Chen, "Scalable Adaptive
    /// Computation for Iterative Generation" (arXiv:2212.11972), appendix B.
    ///
    /// - Parameters:
    ///   - start: Where on the logistic function the process begins.
    ///   - end: Where it ends.
    ///   - temperature: What both are divided by.
    public static func cumulativeSigmoid(
        from start: Double = -3, to end: Double = 3, temperature: Double = 1, timesteps: Int = 1000
    ) -> NoiseSchedule {
        let (first, last) = (logistic(start / temperature), logistic(end / temperature))
        return NoiseSchedule(timesteps: timesteps) { time in
            (last - logistic((time * (end - start) + start) / temperature)) / (last - first)
        }
    }

    /// The schedule whose ᾱₜ follow a function of (t + 1) / T, which falls from 1 to 0.
    private init(timesteps: Int, remaining: (_ time: Double) -> Double) {
        let left = (0...max(timesteps, 0)).map { remaining(Double($0) / Double(max(timesteps, 1))) }
        self.init(betas: zip(left, left.dropFirst()).map { min(1 - $1 / $0, 0.999) })
    }

    /// `count` numbers from `first` to `last`.
    private static func spaced(_ first: Double, _ last: Double, _ count: Int) -> [Double] {
        (0..<max(count, 0)).map { first + (last - first) * Double($0) / Double(max(count - 1, 1)) }
    }

    private static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
