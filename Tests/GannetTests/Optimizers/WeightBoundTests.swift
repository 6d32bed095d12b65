import Gannet
import GannetTestSupport
import Testing

@Suite("Bounds on weights")
struct WeightBoundTests {
    @Test(
        "After each update all weights are within the bound, and so are their averages",
        arguments: TestDevices.all)
    func bound(device: Device) throws {
        var random = RandomStream(seed: 4)
        let layer = Linear(inputs: 6, outputs: 5, random: &random)
        let optimizer = RMSProp(
            for: layer, learningRate: 0.05,
            options: UpdateOptions(averaging: WeightAverage(decay: 0.5), weightBound: 0.01))
        let x = try random.normal([8, 6]).evaluated(on: device)
        var extremes: [Float] = []
        for _ in 0..<5 {
            try optimizer.update(minimizing: layer(x).sum(), on: device)
            for (_, parameter) in layer.parameters {
                let values = try parameter.value.array(of: Float.self, on: device)
                #expect(values.allSatisfy { abs($0) <= 0.01 })
                extremes += values.filter { abs($0) == 0.01 }
            }
        }
        // The loss falls without end: weights come to the bound.
        #expect(extremes.count > 20)
        for (_, average) in optimizer.averages {
            #expect(try average.array(of: Float.self, on: device).allSatisfy { abs($0) < 0.02 })
        }
        #expect(UpdateOptions(weightBound: 0).objection != nil)
        #expect(UpdateOptions(weightBound: .nan).objection != nil)
    }
}
