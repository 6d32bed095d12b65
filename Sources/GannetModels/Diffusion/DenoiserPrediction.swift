/// What a denoiser predicts of the noised examples x = √ᾱ x₀ + √(1 − ᾱ) ε that it sees.
public enum DenoiserPrediction: Sendable, Hashable, CaseIterable {
    /// ε, the noise (Ho, Jain and Abbeel, arXiv:2006.11239).
    case noise
    /// x₀, the example.
    case image
    /// v = √ᾱ ε − √(1 − ᾱ) x₀ (Salimans and Ho, arXiv:2202.00512).
    case velocity

    /// What the prediction is made of where x₀ and ε are known: what it takes of each.
    ///
    /// - Parameters:
    ///   - signal: √ᾱ.
    ///   - noise: √(1 − ᾱ).
    func target(signal: Double, noise: Double) -> (image: Double, noise: Double) {
        switch self {
        case .noise: (0, 1)
        case .image: (1, 0)
        case .velocity: (-noise, signal)
        }
    }

    /// x₀ and ε as a prediction m of x implies them: what each takes of x and of m.
    func implied(
        signal: Double, noise: Double
    ) -> (image: (current: Double, prediction: Double), noise: (current: Double, prediction: Double)) {
        switch self {
        case .noise: ((1 / signal, -noise / signal), (0, 1))
        case .image: ((0, 1), (1 / noise, -signal / noise))
        case .velocity: ((signal, -noise), (noise, signal))
        }
    }
}
