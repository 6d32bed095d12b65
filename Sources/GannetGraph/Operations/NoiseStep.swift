/// One step of a diffusion process: what forward noising, DDPM's and DDIM's reverse steps and the mean of the
/// posterior have in common.
///
/// With x the current images, m a model's prediction, z standard normal noise and c the coefficients of an image,
/// a step without a prediction gives
///
///     y = c₀ x + c₁ z                              (forward noising: c₀ = √ᾱₜ, c₁ = √(1 − ᾱₜ))
///
/// and a step with one
///
///     h = c₀ x + c₁ m,   clipped to ±c₆ if asked for      (the image that the prediction implies)
///     y = c₂ h + c₃ x + c₄ m + c₅ z
///
/// The noise is made where it is used, from its counter, and never stored.
public struct NoiseStep: Hashable, Sendable {
    /// Whether there is a prediction.
    public var hasPrediction: Bool
    /// Whether h is clipped.
    public var isClipped: Bool
    /// Whether noise is added. A step without a prediction always adds noise.
    public var isNoisy: Bool

    /// The step without a prediction.
    public static let forward = NoiseStep(hasPrediction: false, isClipped: false, isNoisy: true)

    /// A step with a prediction.
    public static func reverse(isClipped: Bool, isNoisy: Bool) -> NoiseStep {
        NoiseStep(hasPrediction: true, isClipped: isClipped, isNoisy: isNoisy)
    }

    private init(hasPrediction: Bool, isClipped: Bool, isNoisy: Bool) {
        self.hasPrediction = hasPrediction
        self.isClipped = isClipped
        self.isNoisy = isNoisy
    }

    /// The number of coefficients of an image.
    public var coefficientCount: Int { hasPrediction ? 7 : 2 }
}
