import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("Categorical latents")
struct CategoricalVAETests {
    @Test("The divergence is ln K less the entropy, and a model of bars learns", arguments: TestDevices.all)
    func model(device: Device) throws {
        let model = CategoricalVAE(
            imageShape: [8, 8, 1], network: .perceptron(hidden: [32]), latents: 4, categories: 5, seed: 2)
        let even = Tensor.full(Float(log(0.2)), shape: [2, 4, 5])
        #expect(try model.divergence(even).abs().max().scalar(on: device) < 1e-5)
        let batch = Bars(count: 64).batch(at: Array(0..<32))
        let optimizer = Adam(for: model, learningRate: 3e-3)
        func loss() -> Tensor { RandomStream.withCurrent { model.loss(batch, noise: &$0) } }
        var losses: [Float] = []
        for _ in 0..<150 {
            losses.append(try optimizer.update(minimizing: loss(), on: device).scalar(on: device))
        }
        #expect(losses.last! < 0.75 * losses[0], "\(losses[0]) to \(losses.last!)")
        #expect(model.samples(3, seed: 1).shape == [3, 8, 8, 1])
    }

    @Test("The temperature falls with the updates of a model", arguments: TestDevices.all)
    func cooling(device: Device) throws {
        let batch = Bars(count: 64).batch(at: Array(0..<32))
        /// The losses of three updates that change no weight.
        func losses(rate: Float) throws -> [Float] {
            let model = CategoricalVAE(
                imageShape: [8, 8, 1], network: .perceptron(hidden: [8]), latents: 4, categories: 5,
                temperature: GumbelTemperature(first: 1, least: 0.01, rate: rate), seed: 2)
            let optimizer = Adam(for: model, learningRate: 0)
            return try (0..<3).map { _ in
                // The same draws each time.
                var noise = RandomStream(seed: 9)
                return try optimizer.update(minimizing: model.loss(batch, noise: &noise), on: device)
                    .scalar(on: device)
            }
        }
        let (still, falling) = (try losses(rate: 0), try losses(rate: 1))
        #expect(still[0] == still[1] && still[1] == still[2])
        #expect(falling[0] == still[0] && Set(falling).count == 3, "\(falling)")
    }
}
