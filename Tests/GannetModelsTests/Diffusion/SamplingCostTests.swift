import Gannet
import GannetModels
import GannetTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What drawing costs beside the network that is evaluated in each step.
@Suite("The cost of drawing from noise")
struct SamplingCostTests {
    private func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// The seconds of this thread and of the clock that the second of two runs takes; the first compiles.
    private func measure(_ run: (UInt64) throws -> Float) throws -> (host: Double, total: Double) {
        _ = try run(1)
        let start = (host: seconds(CLOCK_THREAD_CPUTIME_ID), total: seconds(CLOCK_MONOTONIC))
        #expect(try run(2).isFinite)
        return (
            seconds(CLOCK_THREAD_CPUTIME_ID) - start.host, seconds(CLOCK_MONOTONIC) - start.total
        )
    }

    /// The mean of what a sampler makes of noise.
    private func drawn(
        _ sampler: DiffusionSampler, batch: Int, seed: UInt64, on device: Device,
        denoiser: GaussianDiffusion.Denoiser
    ) throws -> Float {
        var noise = RandomStream(seed: seed)
        let start = noise.normal([batch, 28, 28, 1])
        return try sampler.examples(from: start, noise: &noise, denoiser: denoiser).abs().mean().scalar(
            on: device)
    }

    @Test(
        "A loop of a thousand network evaluations leaves the host free",
        .enabled(if: TestDevices.all.count > 1, "there is no OpenCL device"))
    func aThousandStepsCostTheHostLittle() throws {
        let device = TestDevices.all[1]
        var random = RandomStream(seed: 5)
        let first = random.normal([3, 3, 1, 32]) * 0.3
        let second = random.normal([3, 3, 32, 32]) * 0.05
        let last = random.normal([3, 3, 32, 1]) * 0.05
        let weights = try Tensor.evaluate([first, second, last], on: device)
        let sampler = DiffusionSampler(.ddim(eta: 0), of: GaussianDiffusion(), steps: 1000)
        let time = try measure { seed in
            try drawn(sampler, batch: 16, seed: seed, on: device) { images, timesteps in
                let time = timesteps.cast(to: .float32).reshape([16, 1, 1, 1]) / 1000
                let hidden = (images.convolved(with: weights[0], padding: 1) + time).relu()
                return hidden.convolved(with: weights[1], padding: 1).relu()
                    .convolved(with: weights[2], padding: 1)
            }
        }
        print("a thousand DDIM steps on \(device): \(time.total) s, of which the host works \(time.host) s")
        #expect(time.host < 0.05 * time.total)
    }

    @Test("A thousand steps take at most 5 % of their time outside the U-Net", arguments: TestDevices.all)
    func stepsAreTheNetworks(device: Device) throws {
        var configuration = UNet.Configuration(channels: 1, features: [32, 64, 128])
        configuration.blocks = 1
        let model = DDPM(imageShape: [28, 28, 1], network: configuration, seed: 1)
        // A step costs what it costs, and some are enough to tell.
        let few = DiffusionSampler(.ddim(eta: 0), of: model.diffusion, steps: 20)
        let whole = try measure { seed in
            try drawn(few, batch: 16, seed: seed, on: device) { model.denoise($0, $1) }
        }
        for kind in [DiffusionSampler.Kind.ddpm, .ddim(eta: 0), .dpmSolver] {
            let sampler = DiffusionSampler(kind, of: model.diffusion)
            let outside = try measure { seed in
                try drawn(sampler, batch: 16, seed: seed, on: device) { images, timesteps in
                    images * (timesteps.cast(to: .float32).reshape([16, 1, 1, 1]) / 1000)
                }
            }
            let share = outside.total / (50 * whole.total)
            print(
                "1000 steps of \(kind) on \(device): \(outside.total) s without the U-Net, \(50 * whole.total) s with it"
            )
            #expect(share < 0.05)
        }
    }
}
