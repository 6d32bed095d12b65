import Gannet
import GannetTestSupport
import Testing

/// Composed functions give PyTorch's values and gradients on every device.
@Suite("Functions beside PyTorch's")
struct TorchFunctionTests {
    typealias Function = @Sendable ([String: Tensor]) -> Tensor

    private static let golden: TorchCases = readFixture("torch_functions.json")

    private static let functions: [String: Function] = activations.merging(others) { a, _ in a }

    private static let activations: [String: Function] = {
        let functions: [String: @Sendable (Tensor) -> Tensor] = [
            "relu": { $0.relu() },
            "leakyReLU": { $0.leakyReLU() },
            "elu": { $0.elu() },
            "eluScaled": { $0.elu(alpha: 0.7) },
            "selu": { $0.selu() },
            "sigmoid": { $0.sigmoid() },
            "logSigmoid": { $0.logSigmoid() },
            "softplus": { $0.softplus() },
            "silu": { $0.silu() },
            "gelu": { $0.gelu() },
            "geluTanh": { $0.gelu(.tanh) },
            "mish": { $0.mish() },
            "tanh": { $0.tanh() },
            "hardTanh": { $0.hardTanh() },
            "hardSigmoid": { $0.hardSigmoid() },
            "hardSwish": { $0.hardSwish() },
            "softmax": { $0.softmax() },
            "logSoftmax": { $0.logSoftmax() },
            "glu": { $0.glu() },
        ]
        var cases: [String: Function] = [:]
        for (name, function) in functions {
            for suffix in ["", "Far"] { cases[name + suffix] = { function($0["x"]!) } }
        }
        return cases
    }()

    private static let others: [String: Function] = [
        "expm1": { $0["x"]!.expm1() },
        "argmax": { whole($0["x"]!.argmax(axis: 1)) },
        "argmin": { whole($0["x"]!.argmin(axis: 1)) },
        "argmaxWide": { whole($0["x"]!.argmax(axis: 1)) },
        "argminWide": { whole($0["x"]!.argmin(axis: 1)) },
        "argmaxOfAll": { whole($0["x"]!.argmax()) },
        "argminFirstAxis": { whole($0["x"]!.argmin(axis: 0, keepsAxis: true)) },
        "oneHot": { $0["i"]!.oneHot(5) },
        "any": { whole(($0["x"]! .> 2).any(axes: [1])) },
        "all": { whole(($0["x"]! .> -3).all(axes: [0])) },
        "nonzeroCount": { whole($0["x"]!.nonzeroCount(axes: [1])) },
        "stack": { Tensor.stack([$0["x"]!, $0["y"]!, $0["x"]!], axis: 1).exp() },
        "stackLast": { Tensor.stack([$0["x"]!, $0["y"]!], axis: -1).exp() },
        "rolled": { ($0["x"]!.rolled(by: 2, axis: 1) + $0["x"]!.rolled(by: -7, axis: 2)).exp() },
        "repeated": { $0["x"]!.repeated(3, axis: 1).exp() },
        "tiled": { $0["x"]!.tiled(2, 1, 3).exp() },
        "diagonal": { ($0["x"]!.diagonal().sum() + $0["x"]!.diagonal(offset: 1)).exp() },
        "diagonalBelow": { $0["x"]!.diagonal(offset: -2).exp() },
        "triangles": { inputs in
            let x = inputs["x"]!
            return x.lowerTriangle(offset: 1).exp() + x.upperTriangle(offset: -1).sin()
                + x.lowerTriangle(offset: -2)
        },
        "meshgrid": { inputs in
            let grids = Tensor.meshgrid(inputs["x"]!, inputs["y"]!)
            return (grids[0] + 2 * grids[1]).exp()
        },
        "subscripts": { inputs in
            let x = inputs["x"]!
            return x[-1, 1..., .strided(by: 2)].exp() + x[0, .strided(to: -1), .strided(from: 1, by: 2)].sum()
                + x[.ellipsis, -1][.all, .newAxis].sum()
        },
        "indexedByTensors": { inputs in
            let (x, i, j) = (inputs["x"]!, inputs["i"]!, inputs["j"]!)
            return (x[.all, i, j] + x[1, .all, i].sum()).exp()
        },
        "einsum_attention": { einsum("bhid,bhjd->bhij", $0["x"]!, $0["y"]!) },
        "einsum_attentionValues": { einsum("bhij,bhjd->bihd", $0["x"]!, $0["y"]!) },
        "einsum_product": { einsum("ij,jk", $0["x"]!, $0["y"]!) },
        "einsum_transposed": { einsum("ij->ji", $0["x"]!) },
        "einsum_trace": { einsum("ii", $0["x"]!) },
        "einsum_diagonal": { einsum("bii->bi", $0["x"]!) },
        "einsum_sums": { einsum("ijk->j", $0["x"]!) },
        "einsum_hadamard": { einsum("ij,ij->ij", $0["x"]!, $0["y"]!) },
        "einsum_dot": { einsum("bi,bi->b", $0["x"]!, $0["y"]!) },
        "einsum_outer": { einsum("i,j->ij", $0["x"]!, $0["y"]!) },
        "einsum_bilinear": { einsum("bn,anm,bm->ba", $0["x"]!, $0["y"]!, $0["z"]!) },
        "einsum_leading": { einsum("...ij,jk->...ik", $0["x"]!, $0["y"]!) },
        "einsum_leadingBoth": { einsum("...i,...i->...", $0["x"]!, $0["y"]!) },
        "einsum_lonely": { einsum("ij,kl->ik", $0["x"]!, $0["y"]!) },
        "einsum_stretched": { einsum("ij,jk->ik", $0["x"]!, $0["y"]!) },
        "einsum_many": { einsum("ab,bc,cd,da->ac", $0["x"]!, $0["y"]!, $0["z"]!, $0["w"]!) },
        "einsum_manyTraced": { einsum("aab,bcc->b", $0["x"]!, $0["y"]!) },
        "maxPoolIndices": { whole($0["x"]!.maxPooledWithIndices(window: 2).indices) },
        "maxPoolIndicesOverlapping": {
            whole($0["x"]!.maxPooledWithIndices(window: 3, stride: 2, padding: 1).indices)
        },
        "maxPoolIndicesTied": {
            whole($0["x"]!.maxPooledWithIndices(window: 3, stride: 1, padding: 1).indices)
        },
        "maxUnpool": { inputs in
            let (values, indices) = inputs["x"]!.maxPooledWithIndices(window: 2)
            return values.maxUnpooled(at: indices, height: 7, width: 6)
        },
        "bilinear_8_12": { $0["x"]!.resizedBilinear(by: 2) },
        "bilinear_12_18": { $0["x"]!.resizedBilinear(by: 3) },
        "bilinear_2_3": { $0["x"]!.resizedBilinear(height: 2, width: 3) },
        "bilinear_7_9": { $0["x"]!.resizedBilinear(height: 7, width: 9) },
        "bilinear_3_4": { $0["x"]!.resizedBilinear(height: 3, width: 4) },
        "bilinear_4_2": { $0["x"]!.resizedBilinear(height: 4, width: 2) },
        "bilinear_1_1": { $0["x"]!.resizedBilinear(height: 1, width: 1) },
        "bilinear_5_24": { $0["x"]!.resizedBilinear(height: 5, width: 24) },
        "bilinearThird": { $0["x"]!.resizedBilinear(height: 3, width: 3) },
        "bilinearPixel": { $0["x"]!.resizedBilinear(height: 4, width: 5) },
        "pixelShuffle": { $0["x"]!.pixelShuffled(by: 2).exp() },
        "pixelUnshuffle": { $0["x"]!.pixelUnshuffled(by: 3).exp() },
    ]

    /// Indices and truth values as the fixture has them.
    private static func whole(_ tensor: Tensor) -> Tensor { tensor.cast(to: .float32) }

    @Test func everyCaseHasItsFunction() {
        #expect(Set(Self.functions.keys) == Set(Self.golden.cases.keys))
    }

    @Test(arguments: TestDevices.everyStyle)
    func valuesAndGradients(_ device: Device) throws {
        try Self.golden.expect(Self.functions, on: device, tolerance: 3e-6)
    }
}
