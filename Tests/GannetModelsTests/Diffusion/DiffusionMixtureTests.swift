import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// Mixtures of Gaussians in the plane, which a small denoiser learns: their entropy is known, and their modes can be counted.
@Suite("Diffusion in the plane") struct DiffusionMixtureTests {
    /// Modes that are equally likely, with the same deviation in all directions.
    struct Mixture: CustomTestStringConvertible {
        let modes: [(Float, Float)]
        let deviation: Float

        /// Eight around a circle.
        static let ring = Mixture(
            modes: (0..<8).map { number in
                let angle = Float(number) * .pi / 4
                return (1.4 * cos(angle), 1.4 * sin(angle))
            }, deviation: 0.1)
        /// Five by five.
        static let grid = Mixture(
            modes: (0..<25).map { number in
                let (row, column) = (Float(number / 5 - 2), Float(number % 5 - 2))
                return (0.8 * column, 0.8 * row)
            }, deviation: 0.08)

        var testDescription: String { "\(modes.count) modes" }

        /// Of modes that are so far apart that they do not overlap, in nats.
        var entropy: Double { log(Double(modes.count)) + 1 + log(2 * .pi) + 2 * log(Double(deviation)) }

        /// Points of it, [count, 2].
        func drawn(_ count: Int, _ random: inout RandomStream) -> Tensor {
            let table = Tensor(modes.flatMap { [$0.0, $0.1] }, shape: [modes.count, 2])
            let numbers = random.integers(below: UInt32(modes.count), [count])
            return table.gathered(at: numbers) + .literal(deviation) * random.normal([count, 2])
        }

        /// How many points are within four deviations of each mode.
        func hits(_ points: [Float]) -> [Int] {
            modes.map { mode in
                stride(from: 0, to: points.count, by: 2).count { place in
                    let (x, y) = (points[place] - mode.0, points[place + 1] - mode.1)
                    return x * x + y * y < 16 * deviation * deviation
                }
            }
        }
    }

    /// A denoiser and the draws of its time steps.
    private struct Model: Module {
        let network: MLPDenoiser
        let importance: TimestepImportance
    }

    private static let diffusion = GaussianDiffusion(
        .cosine(timesteps: 100), predicting: .velocity, variance: .learned)

    /// Trains a denoiser by the bound.
    private func trained(on mixture: Mixture, steps: Int, batch: Int) throws -> (MLPDenoiser, Adam) {
        var random = RandomStream(seed: 1)
        let model = Model(
            network: MLPDenoiser(dimensions: 2, outputs: 4, features: 128, random: &random),
            importance: TimestepImportance(timesteps: Self.diffusion.schedule.timesteps))
        let optimizer = Adam(
            for: model, learningRate: 2e-3,
            options: UpdateOptions(
                schedule: .linear(from: 1, to: 0, over: steps), clipping: .norm(1),
                averaging: WeightAverage(decay: 0.995)))
        func loss() -> Tensor {
            RandomStream.withCurrent { noise in
                let points = mixture.drawn(batch, &noise)
                let (timesteps, weights) = model.importance.drawn(batch, noise: &noise)
                let losses = Self.diffusion.losses(
                    .bound, of: points, at: timesteps, key: noise.nextKey(), decoder: .density
                ) { model.network($0, $1) }
                model.importance.record(losses, at: timesteps)
                return (losses * weights).mean()
            }
        }
        for _ in 0..<steps { try optimizer.update(minimizing: loss(), on: .cpu) }
        return (model.network, optimizer)
    }

    @Test(
        "The bound is near the entropy and not below, and samples hit all modes",
        arguments: [Mixture.ring, Mixture.grid])
    func mixture(mixture: Mixture) throws {
        let (network, optimizer) = try trained(on: mixture, steps: 4000, batch: 512)
        try optimizer.withAverages { try expect(network, mixture) }
    }

    private func expect(_ network: MLPDenoiser, _ mixture: Mixture) throws {
        let diffusion = Self.diffusion
        var random = RandomStream(seed: 2)
        // As many points as there are time steps, a hundred times.
        let (each, total) = (400, diffusion.schedule.timesteps)
        let points = try mixture.drawn(each * total, &random).evaluated(on: .cpu)
        let timesteps = Tensor((0..<each * total).map { Int32($0 % total) })
        let terms = diffusion.term(
            of: points, at: timesteps, key: random.nextKey(), decoder: .density
        ) { network($0, $1) }
        let sums = try terms.reshape([each, total]).sum(axes: [1]).array(of: Float.self, on: .cpu).map(
            Double.init)
        let mean = sums.reduce(0, +) / Double(each)
        let error = (sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(each * each)).squareRoot()
        let bound = mean + Double(try diffusion.priorTerm(of: points).mean().scalar(on: .cpu) as Float)
        print("\(mixture.testDescription): bound \(bound) ± \(error), entropy \(mixture.entropy)")
        #expect(bound > mixture.entropy - 3 * error)
        #expect(bound < mixture.entropy + 0.15)

        for kind in [DiffusionSampler.Kind.ddpm, .ddim(eta: 0)] {
            let sampler = DiffusionSampler(kind, of: diffusion, clip: nil)
            let drawn = sampler.examples(from: random.normal([2000, 2]), noise: &random) { network($0, $1) }
            let hits = mixture.hits(try drawn.array(of: Float.self, on: .cpu))
            let near = Double(hits.reduce(0, +)) / 2000
            print(
                "\(mixture.testDescription), \(kind): \(near) near a mode, at least \(hits.min()!) near each")
            #expect(near >= 0.98 && hits.allSatisfy { $0 > 0 })
        }
    }
}
