import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("Gumbel-softmax")
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

    @Test("The temperature falls to its least, by the rate", arguments: TestDevices.all)
    func temperature(device: Device) throws {
        let way = GumbelTemperature(first: 2, least: 0.5, rate: 1e-3)
        for (updates, expected) in [(0, 2), (500, 2 * exp(-0.5)), (1_000, 2 * exp(-1)), (5_000, 0.5)] {
            let value = way.value(after: Tensor([Float(updates)])).sum()
            #expect(abs(try value.scalar(on: device) - Float(expected)) < 1e-5, "\(updates)")
        }
    }
}
