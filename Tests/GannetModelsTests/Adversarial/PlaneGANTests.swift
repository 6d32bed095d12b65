import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// Gaussians in the plane, which a generator is to hit all.
@Suite("Adversarial networks in the plane")
struct PlaneGANTests {
    /// The ring stands for both, with a seventh of the updates and seven of ten points, unless there is time.
    private static let isExhaustive = ProcessInfo.processInfo.environment["GANNET_EXHAUSTIVE"] == "1"

    @Test(
        "WGAN-GP hits all modes, with most points within three deviations of one",
        arguments: isExhaustive ? PlaneModes.allCases : [.ring])
    func modes(modes: PlaneModes) throws {
        let model = PerceptronGAN(
            imageShape: [1, 2, 1], hidden: [128, 128, 128], latents: 2,
            objective: AdversarialObjective(.wasserstein, penalties: [.gradient(weight: 0.1)]), seed: 3)
        let steps = Self.isExhaustive ? 10_000 : 1500
        func adam(_ network: some Module, updates: Int, averaging: WeightAverage? = nil) -> Adam {
            Adam(
                for: network, learningRate: 1e-3, beta1: 0.5, beta2: 0.9,
                options: UpdateOptions(schedule: .linear(from: 1, to: 0, over: updates), averaging: averaging)
            )
        }
        let training = AdversarialTraining(
            of: model,
            generator: adam(model.generator, updates: steps, averaging: WeightAverage(decay: 0.99)),
            discriminator: adam(model.discriminator, updates: 5 * steps), discriminatorSteps: 5)
        var (noise, data) = (RandomStream(seed: 4), RandomStream(seed: 5))
        try Device.with(.cpu) {
            for _ in 0..<steps {
                _ = try training.step(modes.batch(5 * 256, noise: &data), noise: &noise)
            }
        }
        let points = try training.withAverages {
            try (model.samples(2500, seed: 1) * 2 - 1).array(of: Float.self, on: .cpu)
        }
        var hits = [Int](repeating: 0, count: modes.rawValue)
        for number in 0..<2500 {
            let point = SIMD2(points[2 * number], points[2 * number + 1])
            for (mode, middle) in modes.middles.enumerated() {
                let way = point - middle
                if (way * way).sum().squareRoot() < 3 * modes.deviation { hits[mode] += 1 }
            }
        }
        print("\(modes): \(hits.reduce(0, +)) of 2500 near a mode, at least \(hits.min()!) near each")
        #expect(hits.reduce(0, +) >= (Self.isExhaustive ? 2250 : 1750))
        #expect(hits.min()! >= 2500 / modes.rawValue / 5)
    }
}
