import Gannet
import GannetTestSupport
import Testing

@Suite("Norms of gradients")
struct GradientNormTests {
    /// w, whose gradient in a loss of w · c is c.
    private struct Weight: Module {
        let w = Parameter(Tensor([1, 2, 3] as [Float]))
        let b = Parameter(Tensor([5] as [Float]))
    }

    private func loss(_ weight: Weight, _ c: [Float]) -> Tensor {
        (weight.w.value * Tensor(c)).sum() + 2 * weight.b.value.sum()
    }

    @Test("The norm is that of all gradients, before they are clipped", arguments: TestDevices.all)
    func norm(device: Device) throws {
        for clipping: GradientClipping? in [nil, .norm(0.1), .value(0.1)] {
            let weight = Weight()
            let optimizer = SGD(
                for: weight, learningRate: 0.1,
                options: UpdateOptions(clipping: clipping, measuresGradients: true))
            #expect(optimizer.gradientNorm == nil)
            for (c, norm) in [([1, 2, 4] as [Float], Float(5)), ([0, 0, 0], 2), ([2, 4, 5], 7)] {
                try optimizer.update(minimizing: loss(weight, c), on: device)
                #expect(abs(try #require(optimizer.gradientNorm).scalar(on: device) - norm) < 1e-6)
            }
        }
    }

    @Test(
        "Of accumulated gradients it is that of the mean, where they make an update",
        arguments: TestDevices.all)
    func accumulated(device: Device) throws {
        let weight = Weight()
        let optimizer = Adam(
            for: weight, learningRate: 0.1, options: UpdateOptions(accumulation: 2, measuresGradients: true))
        for (c, norm) in [
            ([1, 2, 4] as [Float], Float(5)), ([3, -2, 0], (4 + 4 + 4 as Float).squareRoot()),
        ] {
            try optimizer.update(minimizing: loss(weight, c), on: device)
            #expect(abs(try #require(optimizer.gradientNorm).scalar(on: device) - norm) < 1e-6)
        }
    }

    @Test("Measuring changes no weight", arguments: TestDevices.all)
    func weightsStay(device: Device) throws {
        let results = try [false, true].map { measures in
            var random = RandomStream(seed: 3)
            let layer = Linear(inputs: 7, outputs: 5, random: &random)
            let x = try random.normal([6, 7]).evaluated(on: device)
            let optimizer = Adam(
                for: layer, learningRate: 0.01, options: UpdateOptions(measuresGradients: measures))
            for _ in 0..<3 { try optimizer.update(minimizing: layer(x).squared().mean(), on: device) }
            #expect((optimizer.gradientNorm != nil) == measures)
            return try layer.weight.value.array(of: Float.self, on: device)
        }
        #expect(results[0] == results[1])
    }
}
