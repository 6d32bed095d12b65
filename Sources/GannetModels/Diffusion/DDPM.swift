import Gannet

/// The diffusion model of Ho, Jain and Abbeel, "Denoising Diffusion Probabilistic Models" (arXiv:2006.11239).
///
/// Pictures x₀ become noise in T steps, xₜ = √ᾱₜ x₀ + √(1 − ᾱₜ) ε with ε ~ N(0, 1) (equation 4). A network ε_θ is
/// trained to tell the noise from the noised picture and the time step (equation 14, algorithm 1):
///
///     L_simple = E |ε − ε_θ(xₜ, t)|²,   t uniform
///
/// here as the mean over pixels. Pictures are drawn from the last step back to the first, by algorithm 2 or, in fewer
/// steps, by DDIM (Song, Meng and Ermon, arXiv:2010.02502, equation 12); see ``DiffusionSampler``.
///
/// T = 1000 and βₜ is linear from 10⁻⁴ to 0.02 (section 4). The network is a ``UNet`` (appendix B), much smaller than
/// the paper's, without attention, dropout and moving average. After a few epochs of MNIST the loss is about 0.03.
public struct DDPM: TrainableModel, GenerativeModel, ImageModel {
    /// The shape of one picture: [height, width, channels].
    public let imageShape: Shape
    /// How pictures become noise, and what the network predicts.
    public let diffusion: GaussianDiffusion
    /// ε_θ.
    public let network: UNet
    /// How ``samples(_:seed:)`` goes back from noise to pictures.
    public var sampler: DiffusionSampler

    /// Creates a model for pictures of shape `imageShape`.
    ///
    /// - Parameters:
    ///   - imageShape: [height, width, channels]; pixels are in 0…1, and sides multiples of 2 to the number of
    ///     levels less one.
    ///   - features: The number of features of each level of the network, from the full size down.
    ///   - diffusion: How pictures become noise, and what the network predicts.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, features: [Int] = [16, 32, 64], diffusion: GaussianDiffusion = GaussianDiffusion(),
        seed: UInt64 = 0
    ) {
        var random = RandomStream(seed: seed, for: .initialization)
        self.imageShape = imageShape
        self.diffusion = diffusion
        network = UNet(imageShape: imageShape, features: features, random: &random)
        sampler = DiffusionSampler(.ddpm, of: diffusion, steps: min(100, diffusion.schedule.timesteps))
    }
}

extension DDPM {
    /// The mean over the batch of ``GaussianDiffusion/losses(_:of:at:key:decoder:denoiser:)``, with t and ε drawn from `noise`.
    public func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        let timesteps = noise.integers(below: UInt32(diffusion.schedule.timesteps), [batch.count])
        return diffusion.losses(
            .simple, of: batch.images * 2 - 1, at: timesteps, key: noise.nextKey(), denoiser: denoise
        ).mean()
    }

    public func samples(_ count: Int, seed: UInt64 = 0) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        let start = random.normal(Shape([count] + imageShape.extents))
        let images = sampler.examples(from: start, noise: &random, denoiser: denoise)
        return ((images + 1) / 2).clamped(to: 0...1)
    }

    /// The network's results for pictures in −1…1 that are noised up to their time steps.
    public func denoise(_ images: Tensor, _ timesteps: Tensor) -> Tensor { network(images, timesteps) }
}
