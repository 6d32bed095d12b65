/// The variance of a step back, p(xₜ₋₁ | xₜ).
public enum ReverseVariance: Sendable, Hashable, CaseIterable {
    /// β̃ₜ, that of q(xₜ₋₁ | xₜ, x₀): right where all examples are alike (Ho, Jain and Abbeel, arXiv:2006.11239, section 3.2).
    case fixedSmall
    /// βₜ: right where examples are standard normal (ibid.).
    case fixedLarge
    /// Between both, exp(w ln βₜ + (1 − w) ln β̃ₜ), where the denoiser says w for each pixel by a second set of channels, whose
    /// values from −1 to 1 stand for w from 0 to 1: Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models"
    /// (arXiv:2102.09672), equation 15.
    case learned

    /// How many channels a denoiser has for each of the examples'.
    public var outputsPerChannel: Int { self == .learned ? 2 : 1 }
}
