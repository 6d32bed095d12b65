import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite struct NoiseScheduleTests {
    @Test func linearScheduleHasThePapersValues() {
        let schedule = NoiseSchedule.linear()
        #expect(abs(schedule.betas[499] - 0.01004004) < 5e-9)
        #expect(abs(schedule.cumulativeAlphas[499] - 0.0785872) < 5e-8)
        #expect(abs(schedule.cumulativeAlphas[999] - 4.03583e-5) < 5e-11)
        #expect(abs(schedule.betas.reduce(0, +) - 10.05) < 1e-9)
    }

    @Test func posteriorVarianceIsThatOfDiffusers() {
        let schedule = NoiseSchedule.linear()
        #expect(schedule.posteriorVariance(from: 0, to: -1) == 0)
        #expect(abs(schedule.posteriorVariance(from: 487, to: 486) - 0.00979) < 1e-5)
        #expect(abs(schedule.posteriorVariance(from: 999, to: 998) - 0.02) < 1e-5)
        #expect(abs(schedule.posteriorVariance(from: 420, to: 400) - 0.14771) < 1e-5)
        #expect(abs(schedule.posteriorVariance(from: 980, to: 960) - 0.32460) < 1e-5)
    }

    /// The mean and variance of q(x_s | x_t, x₀) agree with Bayes' rule on q(x_t | x_s) and q(x_s | x₀).
    @Test func posteriorIsThatOfBayes() {
        let schedule = NoiseSchedule.linear()
        for (t, s) in [(1, 0), (500, 499), (999, 900), (300, 20)] {
            let (now, before) = (schedule.cumulativeAlpha(t), schedule.cumulativeAlpha(s))
            let alpha = now / before
            // Precisions of the two Gaussians in x_s add.
            let precision = alpha / (1 - alpha) + 1 / (1 - before)
            let mean = schedule.posteriorMean(from: t, to: s)
            #expect(abs(schedule.posteriorVariance(from: t, to: s) * precision - 1) < 1e-9)
            #expect(abs(mean.current * precision * (1 - alpha) / alpha.squareRoot() - 1) < 1e-9)
            #expect(abs(mean.image * precision * (1 - before) / before.squareRoot() - 1) < 1e-9)
        }
    }
}

/// The samplers against diffusers' scheduler tests: a model that scales its input by t / (t + 1), and images and
/// noise that are ramps.
@Suite struct DiffusionSamplerTests {
    /// The numbers (0 ..< 768) / 768 as (3, 8, 8, 4), permuted to (4, 3, 8, 8).
    private static let ramp =
        Tensor((0..<768).map { Float($0) / 768 }, shape: [3, 8, 8, 4]).permute(3, 0, 1, 2)

    @Test(
        arguments: [
            (DenoiserPrediction.noise, 172.00671, 0.223967), (.velocity, 52.53020, 0.068399),
        ])
    func ddimInTenSteps(_ prediction: DenoiserPrediction, sum: Double, mean: Double) throws {
        let sampler = DiffusionSampler(
            .ddim(eta: 0), schedule: .linear(), steps: 10, prediction: prediction)
        var noise = RandomStream(seed: 0)
        let images = sampler.images(from: Self.ramp, noise: &noise) { images, timestep in
            let t = timestep.cast(to: .float32)
            return images * (t / (t + 1))
        }
        for device in TestDevices.all {
            let values = try images.array(of: Float.self, on: device).map { Double(abs($0)) }
            #expect(abs(values.reduce(0, +) - sum) < 2e-3, "on \(device)")
            #expect(abs(values.reduce(0, +) / 768 - mean) < 1e-4, "on \(device)")
        }
    }

    /// With a model that knows the noise, DDPM and DDIM of any η find the image, from any number of steps.
    @Test(arguments: [DiffusionSampler.Kind.ddpm, .ddim(eta: 0), .ddim(eta: 0.7)])
    func aPerfectDenoiserFindsTheImage(_ kind: DiffusionSampler.Kind) throws {
        let schedule = NoiseSchedule.linear()
        var noise = RandomStream(seed: 3)
        let image = Self.ramp * 1.8 - 0.9
        let start = noise.normal(image.shape)
        let table = Tensor(schedule.cumulativeAlphas.map(Float.init), shape: [1000, 1])
        let sampler = DiffusionSampler(kind, schedule: schedule, steps: 25)
        let images = sampler.images(from: start, noise: &noise) { images, timestep in
            let alpha = table.gathered(at: timestep.reshape(1)).reshape([])
            return (images - alpha.sqrt() * image) / (1 - alpha).sqrt()
        }
        for device in TestDevices.all {
            let error = try (images - image).abs().max().scalar(on: device)
            #expect(error < 2e-3, "on \(device): \(error)")
        }
    }
}
