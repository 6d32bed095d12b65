import Foundation
import Gannet
import GannetTestSupport
import Testing

/// What PyTorch computed of updates and schedules, from `Fixtures/torch_optimizers.json`, which `torch_optimizers.py`
/// writes.
struct TorchUpdates: Decodable {
    let optimizers: [String: TorchGolden.Training]
    let schedules: [String: [Double]]

    static let shared: TorchUpdates = readFixture("torch_optimizers.json")
}

/// Twelve steps of each optimizer, and of each thing that is done beside its rule, equal PyTorch's.
@Suite struct TorchUpdateTests {
    private struct Line: Module {
        let weight: Parameter
        let bias: Parameter
    }

    private static let warmCosine = LearningRateSchedule.cosine(over: 19).warmedUp(over: 5)

    private func optimizer(_ name: String, for model: Line) throws -> any Optimizer {
        switch name {
        case "sgdDecay": SGD(for: model, learningRate: 0.1, weightDecay: 0.2)
        case "sgdNesterov":
            SGD(for: model, learningRate: 0.05, momentum: 0.9, isNesterov: true, weightDecay: 0.1)
        case "rmsprop": RMSProp(for: model, learningRate: 0.05)
        case "rmspropCentered":
            RMSProp(
                for: model, learningRate: 0.02, decay: 0.9, epsilon: 1e-3, isCentered: true, weightDecay: 0.1)
        case "rmspropMomentum": RMSProp(for: model, learningRate: 0.01, momentum: 0.8)
        case "adamDecay": Adam(for: model, learningRate: 0.05, weightDecay: 0.3)
        case "adamw": AdamW(for: model, learningRate: 0.05, weightDecay: 0.3)
        case "adamwGroups":
            AdamW(
                for: model, learningRate: 0.05, weightDecay: 0.5,
                options: UpdateOptions(groups: [
                    ParameterGroup(under: "bias", learningRateFactor: 3, weightDecay: 0)
                ]))
        case "lion": Lion(for: model, learningRate: 0.03, weightDecay: 0.4)
        case "clipNorm": SGD(for: model, learningRate: 0.3, options: UpdateOptions(clipping: .norm(1.5)))
        case "clipValue": SGD(for: model, learningRate: 0.2, options: UpdateOptions(clipping: .value(0.7)))
        case "warmCosine":
            AdamW(
                for: model, learningRate: 0.1, weightDecay: 0.1,
                options: UpdateOptions(schedule: Self.warmCosine))
        case "accumulation": Adam(for: model, learningRate: 0.05, options: UpdateOptions(accumulation: 4))
        case "average":
            Adam(
                for: model, learningRate: 0.1,
                options: UpdateOptions(averaging: WeightAverage(decay: 0.6)))
        default: throw OptimizerStateError.missing(name)
        }
    }

    private func check(_ name: String, on device: Device) throws {
        let golden = try #require(TorchUpdates.shared.optimizers[name])
        let model = Line(weight: Parameter(golden.weight.tensor), bias: Parameter(golden.bias.tensor))
        let optimizer = try optimizer(name, for: model)
        let (x, y) = (golden.x.tensor, golden.y.tensor)
        let rows = x.shape[0] / optimizer.options.accumulation
        for (number, step) in golden.steps.enumerated() {
            var value: Float = 0
            for start in stride(from: 0, to: x.shape[0], by: rows) {
                let part = (
                    x.slice(start..<start + rows, axis: 0), y.slice(start..<start + rows, axis: 0)
                )
                value = try optimizer.update(
                    minimizing: (part.0.matmul(model.weight.value) + model.bias.value - part.1).squared()
                        .mean(), on: device
                ).scalar(on: device)
            }
            #expect(abs(Double(value) - step.loss) < 1e-5 * max(1, step.loss), "step \(number)")
            var leaves = [model.weight.value, model.bias.value]
            var expected = [step.weight, step.bias]
            if let weight = step.weightAverage, let bias = step.biasAverage {
                leaves += optimizer.averages.map(\.value)
                expected += [weight, bias]
            }
            #expect(leaves.count == expected.count)
            for (actual, right) in zip(try ReferenceEvaluator().values(of: leaves), expected) {
                let failure = Tolerance.scaled(1e-5).failure(actual, expected: right.expected)
                #expect(failure == nil, "step \(number)")
            }
        }
    }

    @Test(arguments: TorchUpdates.shared.optimizers.keys.sorted())
    func onTheProcessor(_ name: String) throws { try check(name, on: .cpu) }

    @Test(
        arguments: TestDevices.everyStyle.dropFirst(),
        ["sgdNesterov", "rmspropCentered", "adamwGroups", "lion", "clipNorm", "accumulation", "average"])
    func onOpenCLDevices(_ device: Device, _ name: String) throws { try check(name, on: device) }

    @Test func schedules() throws {
        let schedules: [String: LearningRateSchedule] = [
            "linear": .linear(from: 0.2, to: 0.9, over: 7),
            "cosine": .cosine(to: 0.1, over: 23),
            "exponential": .exponential(decay: 0.87),
            "steps": .steps(every: 5, factor: 0.3),
            "milestones": .steps(at: [3, 11, 12], factor: 0.5),
            "warmCosine": Self.warmCosine,
            "warmConstant": .constant.warmedUp(over: 8),
            "sequence": .constant.followed(by: .exponential(decay: 0.9), after: 6),
        ]
        #expect(Set(schedules.keys) == Set(TorchUpdates.shared.schedules.keys))
        for (name, schedule) in schedules {
            for (count, factor) in TorchUpdates.shared.schedules[name]!.enumerated() {
                #expect(abs(schedule.factor(after: count) - factor) < 1e-12, "\(name) after \(count)")
            }
        }
    }
}
