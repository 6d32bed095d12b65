import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// The process, the way back and the bound that both give, where all of them are known.
@Suite struct GaussianDiffusionTests {
    private static let schedules: [(String, NoiseSchedule)] = [
        ("linear", .linear(timesteps: 50)), ("quadratic", .quadratic(to: 0.3, timesteps: 50)),
        ("sigmoid", .sigmoid(to: 0.2, timesteps: 50)), ("cosine", .cosine(timesteps: 50)),
        ("cumulative sigmoid", .cumulativeSigmoid(timesteps: 50)),
    ]

    /// A million numbers, made noise in one step and step by step.
    @Test("Noising step by step has the mean and the variance of noising at once", arguments: TestDevices.all)
    func moments(device: Device) throws {
        let count = 1_000_000
        let x = Tensor.full(Float(0.8), shape: [1, count])
        for (name, schedule) in Self.schedules {
            var random = RandomStream(seed: 6)
            for t in [0, 7, 49] {
                let remaining = schedule.cumulativeAlphas[t]
                let once = schedule.noised(x, at: Tensor([Int32(t)]), key: random.nextKey())
                let keys = random.nextKeys(t + 1)
                let stepped = Tensor.loop(
                    count: t + 1, carrying: [x], over: [keys]
                ) { step in
                    ([schedule.stepped(step.state[0], at: step.index.reshape([1]), key: step.scanned[0])], [])
                }.state[0]
                for (way, values) in [("at once", once), ("step by step", stepped)] {
                    let mean = values.mean()
                    let variance = (values - mean).squared().mean()
                    let results = try Tensor.evaluate([mean, variance], on: device).map {
                        Double(try $0.scalar())
                    }
                    // Five standard errors.
                    let n = Double(count)
                    let limits = (
                        5 * ((1 - remaining) / n).squareRoot(), 5 * (1 - remaining) * (2 / n).squareRoot()
                    )
                    #expect(
                        abs(results[0] - 0.8 * remaining.squareRoot()) < limits.0 + 1e-6,
                        "\(name) \(way), mean at \(t)")
                    #expect(
                        abs(results[1] - (1 - remaining)) < limits.1 + 1e-6,
                        "\(name) \(way), variance at \(t)")
                }
            }
        }
    }

    @Test("Predictions of noise, example and velocity say the same", arguments: TestDevices.all)
    func predictions(device: Device) throws {
        var random = RandomStream(seed: 2)
        let x0 = random.uniform([4, 3, 2]) * 1.6 - 0.8
        let timesteps = Tensor([0, 100, 500, 999] as [Int32])
        let key = random.nextKey()
        let noise = RandomStream.normal(x0.shape, key: key)
        for prediction in DenoiserPrediction.allCases {
            for variance in ReverseVariance.allCases {
                let diffusion = GaussianDiffusion(predicting: prediction, variance: variance)
                let x = diffusion.schedule.noised(x0, at: timesteps, key: key)
                let target = diffusion.target(for: x0, noise: noise, at: timesteps)
                let results =
                    variance == .learned ? Tensor.concatenate([target, target * 0], axis: -1) : target
                let (mean, _) = diffusion.reverse(of: x, at: timesteps, results: results)
                let (right, _) = diffusion.posterior(of: x0, and: x, at: timesteps)
                let implied = diffusion.image(impliedBy: target, of: x, at: timesteps)
                let errors = try Tensor.evaluate(
                    [(mean - right).abs().max(), (implied - x0).abs().max()], on: device
                )
                .map { try $0.scalar() as Float }
                // Where there is next to no signal, the noise's digits are what is left of the example.
                #expect(errors[0] < 2e-5, "\(prediction), \(variance): \(errors)")
                #expect(
                    errors[1] < 1e-4 || prediction == .noise && errors[1] < 2e-3, "\(prediction): \(errors)")
            }
        }
    }

    /// x₀ ~ N(0, s²) in each of some dimensions, whose best prediction is known.
    private static func bestPrediction(_ diffusion: GaussianDiffusion, deviation s: Double)
        -> GaussianDiffusion.Denoiser
    {
        let schedule = diffusion.schedule
        let table = Tensor(
            (0..<schedule.timesteps).map { t in
                let remaining = schedule.cumulativeAlpha(t)
                let (signal, noise) = (remaining.squareRoot(), (1 - remaining).squareRoot())
                // E(x₀ | x) and E(ε | x), as shares of x.
                let image = signal * s * s / (remaining * s * s + 1 - remaining)
                let error = noise / (remaining * s * s + 1 - remaining)
                return switch diffusion.prediction {
                case .noise: Float(error)
                case .image: Float(image)
                case .velocity: Float(signal * error - noise * image)
                }
            }, shape: [schedule.timesteps, 1])
        return { x, timesteps in
            let prediction = x * table.gathered(at: timesteps)
            // The largest variance is nearly the right one.
            return diffusion.variance == .learned
                ? .concatenate([prediction, .ones(x.shape)], axis: -1) : prediction
        }
    }

    /// The bound's terms of so many examples each.
    private static func bound(
        _ diffusion: GaussianDiffusion, deviation s: Double, each count: Int, on device: Device
    ) throws -> (mean: Double, error: Double) {
        let total = diffusion.schedule.timesteps
        var random = RandomStream(seed: 9)
        let examples = try (random.normal([count * total, 2]) * .literal(Float(s))).evaluated(on: device)
        let timesteps = Tensor((0..<count * total).map { Int32($0 % total) })
        let denoiser = bestPrediction(diffusion, deviation: s)
        let terms = diffusion.term(
            of: examples, at: timesteps, key: random.nextKey(), decoder: .density, denoiser: denoiser)
        let sums = try terms.reshape([count, total]).sum(axes: [1]).array(of: Float.self, on: device)
        let prior = try diffusion.priorTerm(of: examples).mean().scalar(on: device) as Float
        let mean = sums.reduce(0) { $0 + Double($1) } / Double(count)
        let variance = sums.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(count)
        return (mean + Double(prior), (variance / Double(count)).squareRoot())
    }

    @Test(
        "The bound of a Gaussian's best denoiser is its entropy, and nothing is below",
        arguments: TestDevices.all)
    func gaussianBound(device: Device) throws {
        let s = 0.5
        let entropy = 2 * (0.5 * log(2 * .pi) + 0.5 + log(s))
        for prediction in DenoiserPrediction.allCases {
            let diffusion = GaussianDiffusion(predicting: prediction, variance: .learned)
            let bound = try Self.bound(diffusion, deviation: s, each: 400, on: device)
            #expect(bound.mean > entropy - 3 * bound.error, "\(prediction): \(bound), entropy \(entropy)")
            #expect(
                bound.mean < entropy + 0.1 + 3 * bound.error, "\(prediction): \(bound), entropy \(entropy)")
        }
        // With small variances and with fewer steps the bound is worse.
        let small = try Self.bound(GaussianDiffusion(), deviation: s, each: 400, on: device)
        #expect(small.mean > entropy + 0.5)
        let rough = try Self.bound(
            GaussianDiffusion(.linear(to: 0.5, timesteps: 20), variance: .learned), deviation: s,
            each: 10_000, on: device)
        #expect(rough.mean > entropy + 0.03)
    }

    @Test("Pixels' decoder is the same likelihood as the density, but for the width of a level")
    func decoders() throws {
        let diffusion = GaussianDiffusion()
        var random = RandomStream(seed: 3)
        let levels = random.integers(below: 254, [64, 5]).cast(to: .float32) + 1
        let examples = levels / 127.5 - 1
        let first = Tensor([Int32](repeating: 0, count: 64))
        let key = random.nextKey()
        func term(_ decoder: DiffusionDecoder) throws -> Double {
            Double(
                try diffusion.term(of: examples, at: first, key: key, decoder: decoder) { x, _ in
                    // Next to the noise, so that the density is nearly the same all over a level.
                    RandomStream.normal(x.shape, key: key) * 0.5
                }.mean().scalar(on: .cpu) as Float)
        }
        let (discrete, density) = (try term(.discretized(levels: 256)), try term(.density))
        // Levels are 2 / 255 apart; the density curves within one.
        #expect(abs(discrete - (density - 5 * log(2.0 / 255))) < 5 * 0.1)
    }

    @Test("A loss for the variance leaves the prediction alone", arguments: TestDevices.all)
    func hybrid(device: Device) throws {
        let diffusion = GaussianDiffusion(.linear(timesteps: 40), variance: .learned)
        var random = RandomStream(seed: 3)
        let x0 = random.uniform([3, 4, 2]) * 2 - 1
        let timesteps = Tensor([0, 3, 30] as [Int32])
        let key = random.nextKey()
        let prediction = try (random.normal([3, 4, 2]) * 0.1).evaluated(on: device)
        let share = try (random.uniform([3, 4, 2]) * 2 - 1).evaluated(on: device)
        func slopes(_ objective: DiffusionObjective) throws -> [[Float]] {
            let loss = diffusion.losses(objective, of: x0, at: timesteps, key: key) { _, _ in
                .concatenate([prediction, share], axis: -1)
            }.sum()
            return try gradients(of: loss, withRespectTo: [prediction, share]).map {
                try $0.array(of: Float.self, on: device)
            }
        }
        let (simple, bound, hybrid) = (
            try slopes(.simple), try slopes(.bound), try slopes(.hybrid(weight: 0.5))
        )
        #expect(hybrid[0] == simple[0] && simple[1].allSatisfy { $0 == 0 })
        #expect(bound[0].contains { $0 != 0 })
        let scale = bound[1].map(abs).max()!
        #expect(zip(hybrid[1], bound[1]).allSatisfy { abs($0 - 0.5 * $1) <= 1e-6 * scale })
    }
}
