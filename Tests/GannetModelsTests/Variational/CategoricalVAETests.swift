import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("Categorical latents")
struct GumbelSoftmaxTests {
    @Test(
        "Cold it is a one and zeros, hot it is even, and it draws the categories' shares",
        arguments: TestDevices.all)
    func limits(device: Device) throws {
        let logits = Tensor([log(0.2), log(0.5), log(0.3)].map(Float.init)).broadcast(to: [30_000, 3])
        var noise = RandomStream(seed: 3)
        let cold = gumbelSoftmax(logits: logits, temperature: .literal(Float(0.01)), noise: &noise)
        let largest = cold.max(axes: [1]).mean()
        #expect(try largest.scalar(on: device) > 0.99)
        let shares = try cold.mean(axes: [0]).array(of: Float.self, on: device)
        for (share, right) in zip(shares, [0.2, 0.5, 0.3] as [Float]) { #expect(abs(share - right) < 0.015) }
        let hot = gumbelSoftmax(logits: logits, temperature: .literal(Float(1e4)), noise: &noise)
        #expect(try (hot - 0.333333).abs().max().scalar(on: device) < 1e-2)
    }

    @Test(
        "Straight through, values are a one and zeros and the gradient is the soft one's",
        arguments: TestDevices.all)
    func straightThrough(device: Device) throws {
        let logits = try Tensor([0.1, 0.7, -0.4] as [Float], shape: [1, 3]).evaluated(on: device)
        let weights = Tensor([1, -2, 3] as [Float])
        let results = [false, true].map { isStraightThrough in
            var noise = RandomStream(seed: 5)
            return gumbelSoftmax(
                logits: logits, temperature: .literal(Float(0.7)), isStraightThrough: isStraightThrough,
                noise: &noise)
        }
        let hard = try results[1].array(of: Float.self, on: device)
        #expect(Set(hard.map { ($0 * 1e5).rounded() }) == [0, 1e5])
        let pulls = try results.map {
            try gradients(of: ($0 * weights).sum(), withRespectTo: [logits])[0].array(
                of: Float.self, on: device)
        }
        for (a, b) in zip(pulls[0], pulls[1]) { #expect(abs(a - b) < 1e-6) }
        #expect(pulls[0].contains { abs($0) > 1e-3 })
    }

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
}
