import Gannet
import GannetTestSupport
import Testing

/// Layers give PyTorch's values and gradients on every device.
@Suite("Layers beside PyTorch's")
struct TorchLayerTests {
    typealias Function = @Sendable ([String: Tensor]) -> Tensor

    private static let functions: [String: Function] = [
        "batchNorm": { inputs in ModelMode.with(.training) { batchNorm(inputs)(inputs["x"]!) } },
        "batchNormRows": { inputs in ModelMode.with(.training) { batchNorm(inputs)(inputs["x"]!) } },
        "batchNormEvaluation": { inputs in
            let layer = batchNorm(inputs)
            layer.runningMean.assign(inputs["mean"]!)
            layer.runningVariance.assign(inputs["variance"]!)
            return layer(inputs["x"]!)
        },
        "groupNorm": { inputs in
            let layer = GroupNorm(groups: 2, channels: 4)
            layer.scale.assign(inputs["scale"]!)
            layer.offset.assign(inputs["offset"]!)
            return layer(inputs["x"]!)
        },
        "embedding": { inputs in
            var random = RandomStream(seed: 0)
            let layer = Embedding(count: 6, features: 3, random: &random)
            layer.weight.assign(inputs["w"]!)
            return layer(inputs["i"]!)
        },
        "lstmCell": { inputs in
            let state = cell(inputs)(inputs["x"]!, start(inputs))
            return Tensor.concatenate([state.hidden, state.cell].map { $0.reshape(2, 1, 5) }, axis: 1)
        },
        "maxPool": { $0["x"]!.maxPooled(window: 2) },
        "maxPoolOverlapping": { $0["x"]!.maxPooled(window: 3, stride: 2, padding: 1) },
        "averagePool": { $0["x"]!.averagePooled(window: 2) },
        "averagePoolOverlapping": { $0["x"]!.averagePooled(window: 3, stride: 2, padding: 1) },
        "resizeByTwo": { $0["x"]!.resizedNearest(by: 2) },
        "resizeToOther": { $0["x"]!.resizedNearest(height: 7, width: 6) },
        "resizeSmaller": { $0["x"]!.resizedNearest(height: 2, width: 2) },
    ]

    private static func batchNorm(_ inputs: [String: Tensor]) -> BatchNorm {
        let layer = BatchNorm(channels: 4)
        layer.scale.assign(inputs["scale"]!)
        layer.offset.assign(inputs["offset"]!)
        return layer
    }

    private static func cell(_ inputs: [String: Tensor]) -> LSTMCell {
        var random = RandomStream(seed: 0)
        let cell = LSTMCell(inputs: 3, units: 5, random: &random)
        cell.inputWeight.assign(inputs["w"]!)
        cell.stateWeight.assign(inputs["u"]!)
        cell.bias.assign(inputs["b"]!)
        return cell
    }

    private static func start(_ inputs: [String: Tensor]) -> LSTMCell.State {
        LSTMCell.State(hidden: inputs["h"]!, cell: inputs["c"]!)
    }

    @Test(arguments: TestDevices.everyStyle)
    func valuesAndGradients(_ device: Device) throws {
        for (name, golden) in TorchLayers.shared.cases.sorted(by: { $0.key < $1.key }) {
            guard let function = Self.functions[name] else { continue }
            try golden.expect(name, function, on: device, tolerance: 5e-6)
        }
    }
}
