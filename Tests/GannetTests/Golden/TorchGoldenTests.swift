import Gannet
import GannetTestSupport
import Testing

/// Forward values and gradients equal PyTorch's on every device.
@Suite struct TorchGoldenTests {
    typealias Function = @Sendable ([String: Tensor]) -> Tensor

    private static let functions: [String: Function] = [
        "exp": { $0["x"]!.exp() },
        "log": { $0["x"]!.log() },
        "sqrt": { $0["x"]!.sqrt() },
        "sin": { $0["x"]!.sin() },
        "cos": { $0["x"]!.cos() },
        "tanh": { $0["x"]!.tanh() },
        "erf": { $0["x"]!.erf() },
        "abs": { $0["x"]!.abs() },
        "negate": { -$0["x"]! },
        "floor": { $0["x"]!.floor() + $0["x"]!.ceil() + $0["x"]!.rounded() },
        "sigmoid": { $0["x"]!.sigmoid() },
        "softplus": { $0["x"]!.softplus() },
        "relu": { $0["x"]!.relu() },
        "leakyReLU": { $0["x"]!.leakyReLU(slope: 0.2) },
        "silu": { $0["x"]!.silu() },
        "gelu": { $0["x"]!.gelu() },
        "log1p": { $0["x"]!.log1p() },
        "power": { $0["x"]!.power($0["y"]!) },
        "raised": { $0["x"]!.raised(to: 3) },
        "add": { $0["x"]! + $0["y"]! },
        "subtract": { $0["x"]! - $0["y"]! },
        "multiply": { $0["x"]! * $0["y"]! },
        "divide": { $0["x"]! / $0["y"]! },
        "maximum": { maximum($0["x"]!, $0["y"]!) },
        "minimum": { minimum($0["x"]!, $0["y"]!) },
        "where": { select($0["x"]! .< 0.25, $0["x"]! * $0["y"]!, $0["y"]!.exp()) },
        "sum": { $0["x"]!.sum(axes: [0, 2]) },
        "mean": { $0["x"]!.mean(axes: [1]) },
        "variance": { $0["x"]!.variance(axes: [1]) },
        "amax": { $0["x"]!.max(axes: [1]) },
        "amin": { $0["x"]!.min(axes: [0, 2]) },
        "softmax": { $0["x"]!.softmax(axis: 1) },
        "logSoftmax": { $0["x"]!.logSoftmax(axis: 1) },
        "logSumExp": { $0["x"]!.logSumExp(axis: 0) },
        "permuted": { $0["x"]!.permute(2, 0, 1).reshape([4, 6]).exp() },
        "padded": { $0["x"]!.padded(low: [0, 1], high: [1, 2], value: 0.5).exp() },
        "flipped": { inputs in
            let x = inputs["x"]!
            return x.flipped(axes: [1]).slice(0..<3, axis: 1).sum(axes: [1])
                + x.flipped(axes: [0, 1]).element(0, axis: 1)
        },
        "strided": { $0["x"]!.slice(1..<6, axis: 0, step: 2).slice(0..<7, axis: 1, step: 3).exp() },
        "concatenated": { Tensor.concatenate([$0["x"]!, $0["y"]! * 2, $0["x"]!], axis: 1).exp() },
        "matmul": { $0["x"]!.matmul($0["y"]!) },
        "matmulTransposed": { $0["x"]!.matmul($0["y"]!, transposeA: true, transposeB: true) },
        "matmulBatched": { $0["x"]!.matmul($0["y"]!) },
        "gather": { $0["x"]!.gathered(at: $0["i"]!) },
        "scatter": { .scatterAdd($0["x"]!, at: $0["i"]!, rows: 4) },
        "linear": { $0["x"]!.matmul($0["w"]!) + $0["b"]! },
        "binaryCrossEntropy": { Gannet.binaryCrossEntropy(logits: $0["x"]!, targets: $0["t"]!) },
        "gaussianKL": { Gannet.gaussianKL(mean: $0["mean"]!, logVariance: $0["logVariance"]!) },
        "crossEntropy": { inputs in
            let chosen = inputs["i"]!.reshape([6, 1]) .== Tensor.range(5)
            return -select(chosen, inputs["x"]!.logSoftmax(), 0).sum(axes: [1]).mean()
        },
        "gradientPenalty": { inputs in
            let score = inputs["x"]!.matmul(inputs["w"]!).tanh().matmul(inputs["v"]!)
            let slope = gradients(of: score.sum(), withRespectTo: [inputs["x"]!])[0]
            return (slope.squared().sum(axes: [1]).sqrt() - 1).squared().mean()
        },
    ]

    @Test func everyCaseHasItsFunction() {
        #expect(Set(Self.functions.keys) == Set(TorchGolden.shared.cases.keys))
    }

    @Test(arguments: TestDevices.everyStyle)
    func valuesAndGradients(_ device: Device) throws {
        for (name, golden) in TorchGolden.shared.cases.sorted(by: { $0.key < $1.key }) {
            try golden.expect(name, Self.functions[name]!, on: device, tolerance: 3e-6)
        }
    }
}
