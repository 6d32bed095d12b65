import Gannet
import GannetTestSupport
import Testing

/// Ten steps of each optimizer equal PyTorch's on every device.
@Suite struct TorchOptimizerTests {
    private struct Line: Module {
        let weight: Parameter
        let bias: Parameter
    }

    @Test(arguments: TestDevices.everyStyle, ["adam", "adamOtherRates", "sgd", "sgdMomentum"])
    func steps(_ device: Device, _ name: String) throws {
        let golden = try #require(TorchGolden.shared.optimizers[name])
        let model = Line(weight: Parameter(golden.weight.tensor), bias: Parameter(golden.bias.tensor))
        let optimizer: any Optimizer =
            switch name {
            case "adam": Adam(for: model, learningRate: 0.05)
            case "adamOtherRates": Adam(for: model, learningRate: 0.02, beta1: 0.5, beta2: 0.9, epsilon: 1e-3)
            case "sgd": SGD(for: model, learningRate: 0.1)
            default: SGD(for: model, learningRate: 0.05, momentum: 0.9)
            }
        let (x, y) = (golden.x.tensor, golden.y.tensor)
        for (number, step) in golden.steps.enumerated() {
            let loss = try optimizer.update(
                minimizing: (x.matmul(model.weight.value) + model.bias.value - y).squared().mean(), on: device
            )
            let value = try loss.scalar(on: device)
            #expect(abs(Double(value) - step.loss) < 1e-5 * max(1, step.loss), "step \(number)")
            let actual = try ReferenceEvaluator().values(of: [model.weight.value, model.bias.value])
            for (parameter, expected) in zip(actual, [step.weight.expected, step.bias.expected]) {
                #expect(
                    Tolerance.scaled(1e-5).failure(parameter, expected: expected) == nil, "step \(number)")
            }
        }
    }
}
