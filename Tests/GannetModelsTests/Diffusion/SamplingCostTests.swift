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

/// A loop of a thousand network evaluations must leave the host free.
@Suite(.enabled(if: TestDevices.all.count > 1, "there is no OpenCL device"))
struct SamplingCostTests {
    private func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    @Test func aThousandStepsCostTheHostLittle() throws {
        let device = TestDevices.all[1]
        var random = RandomStream(seed: 5)
        let first = random.normal([3, 3, 1, 32]) * 0.3
        let second = random.normal([3, 3, 32, 32]) * 0.05
        let last = random.normal([3, 3, 32, 1]) * 0.05
        let weights = try Tensor.evaluate([first, second, last], on: device)
        let sampler = DiffusionSampler(.ddim(eta: 0), of: GaussianDiffusion(), steps: 1000)
        func sample(_ seed: UInt64) throws -> Float {
            var noise = RandomStream(seed: seed)
            let start = noise.normal([16, 28, 28, 1])
            let images = sampler.examples(from: start, noise: &noise) { images, timesteps in
                let time = timesteps.cast(to: .float32).reshape([16, 1, 1, 1]) / 1000
                let hidden = (images.convolved(with: weights[0], padding: 1) + time).relu()
                return hidden.convolved(with: weights[1], padding: 1).relu()
                    .convolved(with: weights[2], padding: 1)
            }
            return try images.abs().mean().scalar(on: device)
        }
        // Compiles.
        _ = try sample(1)
        let start = (host: seconds(CLOCK_THREAD_CPUTIME_ID), total: seconds(CLOCK_MONOTONIC))
        let mean = try sample(2)
        let host = seconds(CLOCK_THREAD_CPUTIME_ID) - start.host
        let total = seconds(CLOCK_MONOTONIC) - start.total
        print("a thousand DDIM steps on \(device): \(total) s, of which the host works \(host) s")
        #expect(mean.isFinite)
        #expect(host < 0.05 * total)
    }
}
