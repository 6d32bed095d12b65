import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// Steps that PyTorch computed in double precision from the papers' formulas, from `Fixtures/diffusion_steps.json`,
/// which `diffusion_steps.py` writes.
private struct DiffusionSteps: Decodable {
    struct Step: Decodable {
        let kind: String
        let prediction: String
        let from: Int
        let count: Int
        let deviation: Double
        let mean: [Double]

        var sampler: DiffusionSampler {
            let predictions: [String: DenoiserPrediction] = [
                "noise": .noise, "image": .image, "velocity": .velocity,
            ]
            let kinds: [String: DiffusionSampler.Kind] = [
                "ddpm": .ddpm, "ddim": .ddim(eta: 0), "ddimHalf": .ddim(eta: 0.5),
            ]
            return DiffusionSampler(
                kinds[kind]!, of: GaussianDiffusion(predicting: predictions[prediction]!), steps: count,
                clip: kind == "ddpm" ? 1 : nil)
        }
    }

    let shape: [Int]
    let images: [Float]
    let predictions: [Float]
    let steps: [Step]
}

/// Each step of the samplers is that of the papers, values and noise.
@Suite struct DiffusionStepTests {
    private static let golden: DiffusionSteps = readFixture("diffusion_steps.json")

    @Test(arguments: TestDevices.everyStyle)
    func stepsAreThePapers(_ device: Device) throws {
        let shape = Shape(Self.golden.shape)
        let images = Tensor(Self.golden.images, shape: shape)
        let predictions = Tensor(Self.golden.predictions, shape: shape)
        var random = RandomStream(seed: 8)
        let key = random.nextKey()
        let noise = try RandomStream.normal(shape, key: key).array(of: Float.self, on: device)
        for step in Self.golden.steps {
            let sampler = step.sampler
            let number = try #require(sampler.timesteps.firstIndex(of: step.from))
            let coefficients = sampler.coefficients(ofStep: number).map(Float.init)
            let isNoisy = step.kind != "ddim"
            let next = images.noiseStep(
                .reverse(isClipped: sampler.clip != nil, isNoisy: isNoisy), prediction: predictions,
                coefficients: Tensor(coefficients), key: isNoisy ? key : nil)
            let values = try next.array(of: Float.self, on: device)
            let scale = step.mean.map(abs).max()!
            for (index, value) in values.enumerated() {
                let expected = step.mean[index] + step.deviation * Double(noise[index])
                #expect(
                    abs(Double(value) - expected) <= 3e-6 * scale,
                    "\(step.kind) from a predicted \(step.prediction), \(step.from), element \(index)")
            }
        }
    }
}
