import Gannet
import GannetTestSupport
import Testing

/// What PyTorch computed of attention, gated units, normalisations and embeddings, from `Fixtures/torch_modules.json`, which
/// `torch_modules.py` writes.
struct TorchModules: Decodable {
    /// Steps of gradient descent through spectral normalisation.
    struct Spectral: Decodable {
        struct Step: Decodable {
            let x: TorchGolden.Array
            let y: TorchGolden.Array
            let loss: Double
            let state: [String: TorchGolden.Array]
        }

        let start: [String: TorchGolden.Array]
        let steps: [Step]
        let output: TorchGolden.Array
    }

    let cases: [String: TorchGolden.Case]
    let spectral: [String: Spectral]

    static let shared: TorchModules = readFixture("torch_modules.json")
}

@Suite("Attention, gated units and normalisations beside PyTorch's")
struct TorchModuleTests {
    typealias Function = @Sendable ([String: Tensor]) -> Tensor

    private static let functions: [String: Function] = [
        "layerNorm": { inputs in
            let layer = LayerNorm(features: 5)
            set(layer.scale, layer.offset, inputs)
            return layer(inputs["x"]!)
        },
        "layerNormPlain": { LayerNorm(features: 5, isAffine: false, epsilon: 1e-3)($0["x"]!) },
        "instanceNorm": { inputs in
            let layer = InstanceNorm(channels: 5, isAffine: true)
            set(layer.scale, layer.offset, inputs)
            return layer(inputs["x"]!)
        },
        "instanceNormPlain": { InstanceNorm(channels: 5)($0["x"]!) },
        "gruCell": { inputs in
            var random = RandomStream(seed: 0)
            let cell = GRUCell(inputs: 3, units: 5, random: &random)
            set(cell, inputs)
            return cell(inputs["x"]!, inputs["h"]!)
        },
        "gru": { inputs in
            var random = RandomStream(seed: 0)
            let layer = GRU(inputs: 3, units: 5, random: &random)
            set(layer.cell, inputs)
            let (outputs, state) = layer(inputs["x"]!, initial: inputs["h"]!)
            // The state is the last output.
            return outputs + (state - outputs.element(8, axis: 1)).reshape(2, 1, 5)
        },
        "selfAttention": { attention(2, $0)($0["q"]!) },
        "causalAttention": { attention(4, $0)($0["q"]!, isCausal: true) },
        "maskedAttention": { inputs in
            let seen: [Float] = [
                1, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1, 0,
            ]
            return attention(2, inputs)(inputs["q"]!, mask: Tensor(seen.map { $0 == 1 }, shape: [5, 5]))
        },
        "addedMask": { attention(2, $0)($0["q"]!, mask: $0["m"]!) },
        "crossAttention": {
            attention(1, $0)(queries: $0["q"]!, keys: $0["k"]!, values: $0["v"]!)
        },
        "scaledDotProduct": {
            scaledDotProductAttention(queries: $0["q"]!, keys: $0["k"]!, values: $0["v"]!, scale: 0.7)
        },
        "maskedRow": { inputs in
            let seen: [Float] = [1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0]
            return scaledDotProductAttention(
                queries: inputs["q"]!, keys: inputs["k"]!, values: inputs["v"]!,
                mask: Tensor(seen.map { $0 == 1 }, shape: [4, 5]))
        },
        "causalUneven": {
            scaledDotProductAttention(
                queries: $0["q"]!, keys: $0["k"]!, values: $0["v"]!, isCausal: true)
        },
        "timesteps": { SinusoidalEmbedding(features: 64)($0["t"]!) * $0["s"]! },
        "timestepsCosine": {
            SinusoidalEmbedding(features: 33, shift: 0, order: .cosinesFirst)($0["t"]!) * $0["s"]!
        },
        "positions": {
            SinusoidalEmbedding(features: 16, shift: 0, order: .interleaved)($0["t"]!) * $0["s"]!
        },
    ]

    private static func set(_ scale: Parameter?, _ offset: Parameter?, _ inputs: [String: Tensor]) {
        scale?.assign(inputs["scale"]!)
        offset?.assign(inputs["offset"]!)
    }

    private static func set(_ cell: GRUCell, _ inputs: [String: Tensor]) {
        cell.inputWeight.assign(inputs["w"]!)
        cell.stateWeight.assign(inputs["u"]!)
        cell.inputBias.assign(inputs["b"]!)
        cell.stateBias.assign(inputs["c"]!)
    }

    private static func attention(_ heads: Int, _ inputs: [String: Tensor]) -> MultiHeadAttention {
        var random = RandomStream(seed: 0)
        let layer = MultiHeadAttention(features: 8, heads: heads, random: &random)
        layer.inputWeight.assign(inputs["w"]!)
        layer.inputBias?.assign(inputs["b"]!)
        layer.output.weight.assign(inputs["o"]!)
        layer.output.bias?.assign(inputs["p"]!)
        return layer
    }

    @Test func everyCaseHasItsFunction() {
        #expect(Set(Self.functions.keys) == Set(TorchModules.shared.cases.keys))
    }

    /// The angle of a time step near 1000 is known to 2⁻²⁴ of itself, which is 6 · 10⁻⁵ radians.
    private static func tolerance(_ name: String) -> Double { name.hasPrefix("timesteps") ? 1e-4 : 5e-6 }

    @Test func valuesAndGradients() throws {
        for (name, golden) in TorchModules.shared.cases.sorted(by: { $0.key < $1.key }) {
            try golden.expect(name, Self.functions[name]!, on: .cpu, tolerance: Self.tolerance(name))
        }
    }

    /// A few, for each kernel takes OpenCL's compiler a while; the others are made of the same primitives.
    @Test(
        arguments: TestDevices.everyStyle.filter { $0 != .cpu },
        ["layerNorm", "gruCell", "maskedAttention", "causalUneven"])
    func valuesAndGradientsOnOpenCL(_ device: Device, _ name: String) throws {
        try TorchModules.shared.cases[name]!.expect(
            name, Self.functions[name]!, on: device, tolerance: Self.tolerance(name))
    }
}
