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
        "lstm": { inputs in
            var random = RandomStream(seed: 0)
            let layer = LSTM(inputs: 3, units: 5, random: &random)
            set(layer.cell, inputs)
            let (outputs, state) = layer(inputs["x"]!, initial: start(inputs))
            return Tensor.concatenate([outputs, state.cell.reshape(2, 1, 5)], axis: 1)
        },
        "conv2D": { inputs in
            convolved(inputs) {
                Conv2D(inputs: 4, outputs: 6, kernel: 3, padding: 1, random: &$0)
            }
        },
        "conv2DStrided": { inputs in
            convolved(inputs) {
                Conv2D(
                    inputs: 4, outputs: 6, kernel: 3, stride: 2, padding: 2, dilation: 2, groups: 2,
                    random: &$0)
            }
        },
        "convTranspose2D": { inputs in
            transposed(inputs) {
                ConvTranspose2D(
                    inputs: 4, outputs: 6, kernel: 3, stride: 2, padding: 1, outputPadding: 1, random: &$0)
            }
        },
        "convTranspose2DGrouped": { inputs in
            transposed(inputs) {
                ConvTranspose2D(
                    inputs: 4, outputs: 6, kernel: 4, stride: 2, padding: 1, groups: 2, random: &$0)
            }
        },
        "maskedConv2DA": { inputs in
            masked(inputs) { MaskedConv2D(inputs: 1, outputs: 3, kernel: 5, type: .a, random: &$0) }
        },
        "maskedConv2DB": { inputs in
            masked(inputs) { MaskedConv2D(inputs: 4, outputs: 3, kernel: 3, type: .b, random: &$0) }
        },
        "maskedConv2DColours": { inputs in
            masked(inputs) {
                MaskedConv2D(inputs: 3, outputs: 6, kernel: 3, type: .a, colors: 3, random: &$0)
            }
        },
        "maskedConv2DColoursB": { inputs in
            masked(inputs) {
                MaskedConv2D(inputs: 6, outputs: 6, kernel: 3, type: .b, colors: 3, random: &$0)
            }
        },
        "convTranspose2DDilated": { inputs in
            transposed(inputs) {
                ConvTranspose2D(
                    inputs: 4, outputs: 6, kernel: 3, stride: 2, padding: 1, outputPadding: 1, dilation: 2,
                    groups: 2, random: &$0)
            }
        },
        "conv2DSlopes": { inputs in
            slopes(inputs) { $0.convolved(with: $1, padding: 1) }
        },
        "conv2DStridedSlopes": { inputs in
            slopes(inputs) { $0.convolved(with: $1, stride: 2, padding: 2, dilation: 2, groups: 2) }
        },
        "convTranspose2DSlopes": { inputs in
            slopes(inputs) {
                $0.transposeConvolved(with: $1, stride: 2, padding: 1, outputPadding: 1, groups: 2)
            }
        },
        "maskedConv2DSlopes": { inputs in
            let mask = ConvolutionMask.causal(
                height: 3, width: 3, type: .b, inputGroups: 2, outputGroups: 2)
            return slopes(inputs) { $0.convolved(with: $1, padding: 1, mask: mask) }
        },
    ]

    /// The gradients toward images and filters of half the squared results, one after the other.
    private static func slopes(
        _ inputs: [String: Tensor], _ convolved: (_ images: Tensor, _ filters: Tensor) -> Tensor
    ) -> Tensor {
        let energy = 0.5 * convolved(inputs["x"]!, inputs["w"]!).squared().sum()
        let slopes = gradients(of: energy, withRespectTo: [inputs["x"]!, inputs["w"]!])
        return Tensor.concatenate(slopes.map { $0.reshape($0.count) }, axis: 0)
    }

    private static func convolved(
        _ inputs: [String: Tensor], _ make: (inout RandomStream) -> Conv2D
    ) -> Tensor {
        var random = RandomStream(seed: 0)
        let layer = make(&random)
        layer.weight.assign(inputs["w"]!)
        layer.bias?.assign(inputs["b"]!)
        return layer(inputs["x"]!)
    }

    private static func transposed(
        _ inputs: [String: Tensor], _ make: (inout RandomStream) -> ConvTranspose2D
    ) -> Tensor {
        var random = RandomStream(seed: 0)
        let layer = make(&random)
        layer.weight.assign(inputs["w"]!)
        layer.bias?.assign(inputs["b"]!)
        return layer(inputs["x"]!)
    }

    private static func masked(
        _ inputs: [String: Tensor], _ make: (inout RandomStream) -> MaskedConv2D
    ) -> Tensor {
        var random = RandomStream(seed: 0)
        let layer = make(&random)
        layer.weight.assign(inputs["w"]!)
        layer.bias?.assign(inputs["b"]!)
        return layer(inputs["x"]!)
    }

    private static func batchNorm(_ inputs: [String: Tensor]) -> BatchNorm {
        let layer = BatchNorm(channels: 4)
        layer.scale.assign(inputs["scale"]!)
        layer.offset.assign(inputs["offset"]!)
        return layer
    }

    private static func cell(_ inputs: [String: Tensor]) -> LSTMCell {
        var random = RandomStream(seed: 0)
        let cell = LSTMCell(inputs: 3, units: 5, random: &random)
        set(cell, inputs)
        return cell
    }

    private static func set(_ cell: LSTMCell, _ inputs: [String: Tensor]) {
        cell.inputWeight.assign(inputs["w"]!)
        cell.stateWeight.assign(inputs["u"]!)
        cell.bias.assign(inputs["b"]!)
    }

    private static func start(_ inputs: [String: Tensor]) -> LSTMCell.State {
        LSTMCell.State(hidden: inputs["h"]!, cell: inputs["c"]!)
    }

    @Test func everyCaseHasItsFunction() {
        #expect(Set(Self.functions.keys) == Set(TorchLayers.shared.cases.keys))
    }

    @Test(arguments: TestDevices.everyStyle)
    func valuesAndGradients(_ device: Device) throws {
        for (name, golden) in TorchLayers.shared.cases.sorted(by: { $0.key < $1.key }) {
            try golden.expect(name, Self.functions[name]!, on: device, tolerance: 5e-6)
        }
    }
}
