import Gannet
import GannetTestSupport
import Testing

/// What PyTorch computed of the recurrent layers of PixelRNN, from `Fixtures/torch_causal.json`, which `torch_causal.py` writes.
@Suite("Layers of PixelRNN beside PyTorch's")
struct TorchCausalTests {
    typealias Function = @Sendable ([String: Tensor]) -> Tensor

    private static let golden: TorchCases = readFixture("torch_causal.json")

    private static let functions: [String: Function] = [
        "rowLSTM": { row($0, inputs: 2, units: 3, kernel: 3) },
        "rowLSTMColours": { row($0, inputs: 3, units: 6, kernel: 5, colors: 3) },
        "diagonalLSTM": { inputs in
            var random = RandomStream(seed: 0)
            let layer = DiagonalLSTM(inputs: 2, units: 3, random: &random)
            set(layer, inputs, ["w", "b", "u"])
            return layer(inputs["x"]!)
        },
        "diagonalBiLSTM": { diagonal($0, inputs: 2, units: 3) },
        "diagonalBiLSTMColours": { diagonal($0, inputs: 3, units: 6, colors: 3) },
    ]

    private static func row(
        _ values: [String: Tensor], inputs: Int, units: Int, kernel: Int, colors: Int = 1
    ) -> Tensor {
        var random = RandomStream(seed: 0)
        let layer = RowLSTM(inputs: inputs, units: units, kernel: kernel, colors: colors, random: &random)
        layer.inputToState.weight.assign(values["w"]!)
        layer.inputToState.bias?.assign(values["b"]!)
        layer.stateToState.weight.assign(values["u"]!)
        return layer(values["x"]!)
    }

    private static func diagonal(
        _ values: [String: Tensor], inputs: Int, units: Int, colors: Int = 1
    ) -> Tensor {
        var random = RandomStream(seed: 0)
        let layer = DiagonalBiLSTM(inputs: inputs, units: units, colors: colors, random: &random)
        set(layer.left, values, ["w", "b", "u"])
        set(layer.right, values, ["v", "d", "t"])
        return layer(values["x"]!)
    }

    private static func set(_ layer: DiagonalLSTM, _ values: [String: Tensor], _ names: [String]) {
        layer.inputToState.weight.assign(values[names[0]]!)
        layer.inputToState.bias?.assign(values[names[1]]!)
        layer.stateToState.assign(values[names[2]]!)
    }

    @Test func everyCaseHasItsFunction() {
        #expect(Set(Self.functions.keys) == Set(Self.golden.cases.keys))
    }

    @Test func valuesAndGradients() throws {
        try Self.golden.expect(Self.functions, on: .cpu, tolerance: 5e-6)
    }

    /// Two of them, for each kernel takes OpenCL's compiler a while.
    @Test(arguments: TestDevices.all.filter { $0 != .cpu }, ["rowLSTM", "diagonalBiLSTMColours"])
    func valuesAndGradientsOnOpenCL(_ device: Device, _ name: String) throws {
        try Self.golden.cases[name]!.expect(name, Self.functions[name]!, on: device, tolerance: 5e-6)
    }
}
