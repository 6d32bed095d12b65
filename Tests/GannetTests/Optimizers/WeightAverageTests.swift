import Gannet
import GannetTestSupport
import Testing

/// Averages of a weight that goes where it is told to.
@Suite("Averages of weights")
struct WeightAverageTests {
    /// A weight, and a number that counts the losses that were computed: a buffer.
    private struct Walker: Module {
        let weight = Parameter(Tensor([2] as [Float]))
        let count = Parameter(Tensor([0] as [Float]), isTrainable: false)
    }

    @Test(
        "After n updates they are the closed form of a sequence", arguments: TestDevices.all, [false, true])
    func closedForm(device: Device, warmsUp: Bool) throws {
        let model = Walker()
        let average = WeightAverage(decay: 0.9, warmsUp: warmsUp)
        let optimizer = SGD(for: model, learningRate: 1, options: UpdateOptions(averaging: average))
        // With a rate of 1 the gradient is the step.
        let steps = (0..<40).map { 0.5 * Float($0 % 7) - 1.2 }
        var weights: [Double] = [2]
        for (number, step) in steps.enumerated() {
            func loss() -> Tensor {
                model.count.assign(Tensor([Float(number + 1)]))
                return (model.weight.value * Tensor(step)).sum()
            }
            try optimizer.update(minimizing: loss(), on: device)
            weights.append(weights.last! - Double(step))
            // Π d ā₀ + Σ (1 − dₖ) Π dⱼ θₖ, the products over what comes behind.
            let decays = (0...number).map(average.decay)
            var (expected, product) = (0.0, 1.0)
            for place in (0...number).reversed() {
                expected += (1 - decays[place]) * product * weights[place + 1]
                product *= decays[place]
            }
            expected += product * weights[0]
            try optimizer.withAverages {
                let seen = Double(try model.weight.value.scalar(on: device))
                #expect(abs(seen - expected) < 1e-5 * max(1, abs(expected)), "after \(number + 1)")
                #expect(try model.count.value.scalar(on: device) == Float(number + 1))
            }
        }
    }

    @Test("The averages of a first checkpoint are near the weights, and not what they started from")
    func first() throws {
        let model = Walker()
        let optimizer = SGD(
            for: model, learningRate: 1, options: UpdateOptions(averaging: WeightAverage(decay: 0.9999)))
        try optimizer.update(minimizing: (100 * model.weight.value).sum(), on: .cpu)
        let weight = try model.weight.value.scalar(on: .cpu) as Float
        try optimizer.withAverages {
            let average = try model.weight.value.scalar(on: .cpu) as Float
            #expect(abs(average - weight) < 0.11 * 100)
        }
    }
}
