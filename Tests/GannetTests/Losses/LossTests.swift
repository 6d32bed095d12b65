import Foundation
import Gannet
import GannetTestSupport
import Testing

@Suite("Losses")
struct LossTests {
    private let logits: [Float] = [0, 0, 1, -1, 30, -30, 100, -100, 1e4, -1e4, 1e-6, 3.5]
    private let targets: [Float] = [0, 1, 0.25, 1, 1, 1, 0, 0, 1, 0.5, 0.75, 0]

    @Test(
        "Binary cross-entropy and its gradients agree with the formula for any logit",
        arguments: TestDevices.all)
    func binaryCrossEntropyValues(device: Device) throws {
        let (x, t) = (Tensor(logits), Tensor(targets))
        let loss = binaryCrossEntropy(logits: x, targets: t)
        let found = gradients(of: loss.sum(), withRespectTo: [x, t])
        let values = try Tensor.evaluate([loss] + found, on: device).map {
            try $0.array(of: Float.self, on: device)
        }
        for (index, (logit, target)) in zip(logits, targets).enumerated() {
            let (x, t) = (Double(logit), Double(target))
            let expected = max(x, 0) - x * t + log1p(exp(-abs(x)))
            let sigmoid = 1 / (1 + exp(-x))
            #expect(abs(Double(values[0][index]) - expected) <= 1e-6 * max(1, abs(expected)), "\(x), \(t)")
            #expect(abs(Double(values[1][index]) - (sigmoid - t)) <= 1e-6, "\(x), \(t)")
            #expect(values[2][index] == -logit)
        }
    }

    @Test("The gradient of binary cross-entropy has a gradient: σ(x) (1 − σ(x))", arguments: TestDevices.all)
    func secondGradient(device: Device) throws {
        let x = Tensor([0, 1, -2] as [Float])
        let loss = binaryCrossEntropy(logits: x, targets: .zeros([3]))
        let first = gradients(of: loss.sum(), withRespectTo: [x])[0]
        let second = try gradients(of: first.sum(), withRespectTo: [x])[0].array(of: Float.self, on: device)
        for (value, x) in zip(second, [0.0, 1, -2]) {
            let sigmoid = 1 / (1 + exp(-x))
            #expect(abs(Double(value) - sigmoid * (1 - sigmoid)) < 1e-6)
        }
    }

    @Test(
        "KL(N(0.5, e⁻¹) ‖ N(0, 1)) is 0.3089397, and that of a standard normal is 0",
        arguments: TestDevices.all)
    func gaussianKLValues(device: Device) throws {
        let values = try gaussianKL(
            mean: Tensor([0.5, 0] as [Float]), logVariance: Tensor([-1, 0] as [Float])
        )
        .array(of: Float.self, on: device)
        #expect(abs(values[0] - 0.308_939_7) < 2e-7)
        #expect(values[1] == 0)
    }
}
