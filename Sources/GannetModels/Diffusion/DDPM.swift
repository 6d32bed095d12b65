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
    /// How pictures become noise.
    public let schedule: NoiseSchedule
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
    ///   - schedule: How pictures become noise.
    ///   - seed: What the initial weights follow from.
    public init(
        imageShape: Shape, features: [Int] = [16, 32, 64], schedule: NoiseSchedule = .linear(),
        seed: UInt64 = 0
    ) {
        var random = RandomStream(seed: seed, for: .initialization)
        self.imageShape = imageShape
        self.schedule = schedule
        network = UNet(imageShape: imageShape, features: features, random: &random)
        sampler = DiffusionSampler(.ddpm, schedule: schedule, steps: min(100, schedule.timesteps))
    }
}

extension DDPM {
    /// |ε − ε_θ(xₜ, t)|² of each picture, the mean over its pixels: [batch].
    ///
    /// - Parameters:
    ///   - images: x₀, of shape [batch, height, width, channels], values in −1…1.
    ///   - timesteps: t of each picture, `int32` [batch].
    ///   - key: The key of ε, `uint32` [4].
    public func squaredError(_ images: Tensor, at timesteps: Tensor, key: Tensor) -> Tensor {
        let noised = schedule.noised(images, at: timesteps, key: key)
        let epsilon = RandomStream.normal(images.shape, key: key)
        return (epsilon - network(noised, timesteps)).squared().mean(axes: [1, 2, 3])
    }

    /// L_simple of a batch, with t and ε drawn from `noise`.
    public func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        let timesteps = noise.integers(below: UInt32(schedule.timesteps), [batch.count])
        return squaredError(batch.images * 2 - 1, at: timesteps, key: noise.nextKey()).mean()
    }

    public func samples(_ count: Int, seed: UInt64 = 0) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        let start = random.normal(Shape([count] + imageShape.extents))
        let images = sampler.images(from: start, noise: &random) { images, timestep in
            network(images, timestep.broadcast(to: [count]))
        }
        return ((images + 1) / 2).clamped(to: 0...1)
    }
}
