import GannetGraph

extension GradientCase {
    /// Every primitive and composite that has a gradient.
    public static let all: [GradientCase] =
        functions + pairs + movements + reductions + products + indexing + composites + convolutions
        + sequences + checkpointing

    private static let functions: [GradientCase] = [
        GradientCase("-x", [[5]]) { -$0[0] },
        GradientCase("abs", [[5]], in: 0.1...2) { ($0[0] - 1.05).abs() * $0[0] },
        GradientCase("sqrt", [[5]], in: 0.2...3) { $0[0].sqrt() },
        GradientCase("exp", [[5]]) { $0[0].exp() },
        GradientCase("log", [[5]], in: 0.2...3) { $0[0].log() },
        GradientCase("sin", [[5]]) { $0[0].sin() },
        GradientCase("cos", [[5]]) { $0[0].cos() },
        GradientCase("tanh", [[5]]) { $0[0].tanh() },
        GradientCase("erf", [[5]]) { $0[0].erf() },
        GradientCase("functions without a gradient", [[5]]) { inputs in
            let x = inputs[0]
            return x * (x.floor() + x.ceil() + x.rounded() + x.sign())
        },
        GradientCase("stopped gradient", [[5]]) { x in x[0] * 1.0 + (x[0] - x[0].stoppingGradient()) * 0 },
        GradientCase("custom gradient", [[5], [5]]) { inputs in
            let (x, y) = (inputs[0], inputs[1])
            // The value's own graph has no part in the gradient.
            return .withGradient(of: [x, y], value: (x * y).stoppingGradient()) { [$0 * y, $0 * x] }
        },
    ]

    private static let pairs: [GradientCase] = [
        GradientCase("+", [[2, 3], [3]]) { $0[0] + $0[1] },
        GradientCase("-", [[2, 1], [2, 3]]) { $0[0] - $0[1] },
        GradientCase("*", [[2, 3], [1, 3]]) { $0[0] * $0[1] },
        GradientCase("x * x", [[4]]) { $0[0] * $0[0] * $0[0] },
        GradientCase("/", [[2, 3], [3]], in: 0.5...2) { $0[0] / $0[1] },
        GradientCase("maximum", [[8], [8]]) { maximum($0[0], $0[1]) * $0[0] },
        GradientCase("minimum", [[8], [8]]) { minimum($0[0], $0[1]) * $0[1] },
        GradientCase("select", [[3, 4], [4]]) { select($0[0] .< 0.3, $0[0] * $0[1], $0[1].exp()) },
    ]

    private static let movements: [GradientCase] = [
        GradientCase("reshape", [[2, 6]]) { $0[0].reshape([3, 4]).squared() },
        GradientCase("permute", [[2, 3, 4]]) { $0[0].permute(2, 0, 1).exp() },
        GradientCase("broadcast", [[3, 1], []]) { ($0[0] * $0[1]).broadcast(to: [2, 3, 4]).sin() },
        GradientCase("slice", [[5, 4]]) { $0[0].slice(1..<4, axis: 0, step: 2).exp() },
        GradientCase("slice with steps to the end", [[7, 5]]) {
            $0[0].slice(0..<7, axis: 0, step: 3).slice(1..<5, axis: 1, step: 2).exp()
        },
        GradientCase("flip", [[3, 4]]) { ($0[0].flipped(axes: [0, 1]) * $0[0]).exp() },
        GradientCase("flip of a slice", [[7]]) {
            $0[0].slice(0..<7, axis: 0, step: 2).flipped(axes: [0]).exp()
        },
        GradientCase("negative strides", [[6, 7]]) { inputs in
            Node.make(
                .slice(starts: [5, 6], strides: [-2, -3]), [inputs[0]], shape: [3, 2], name: "slice",
                file: #fileID, line: #line
            ).exp()
        },
        GradientCase("pad", [[2, 3]]) { $0[0].padded(low: [1, 0], high: [2, 1], value: 0.5).exp() },
        GradientCase("concatenate", [[2, 3], [2, 1], [2, 2]]) { inputs in
            Tensor.concatenate([inputs[0], inputs[1] * 2, inputs[2], inputs[0]], axis: 1).exp()
        },
    ]

    private static let reductions: [GradientCase] = [
        GradientCase("sum", [[2, 3, 4]]) { $0[0].sum(axes: [0, 2]).exp() },
        GradientCase("sum of everything", [[2, 3]]) { $0[0].sum().sin() },
        GradientCase("max", [[4, 5]]) { $0[0].max(axes: [1]).exp() },
        GradientCase("min", [[4, 5]]) { $0[0].min(axes: [0]).exp() },
        GradientCase("mean", [[3, 4]]) { $0[0].mean(axes: [1], keepsAxes: true) * $0[0] },
        GradientCase("variance", [[3, 4]]) { $0[0].variance(axes: [1]) },
    ]

    private static let products: [GradientCase] =
        [false, true].flatMap { transposeA in
            [false, true].map { transposeB in
                GradientCase(
                    "matmul \(transposeA) \(transposeB)",
                    [transposeA ? [4, 3] : [3, 4], transposeB ? [2, 4] : [4, 2]]
                ) { $0[0].matmul($0[1], transposeA: transposeA, transposeB: transposeB).squared() }
            }
        } + [
            GradientCase("matmul of batches", [[2, 3, 4], [4, 2]]) { $0[0].matmul($0[1]).squared() },
            GradientCase("matmul of broadcast batches", [[2, 1, 2, 3], [4, 3, 2]]) {
                $0[0].matmul($0[1]).tanh()
            },
            GradientCase("matmul with itself", [[3, 3]]) {
                $0[0].matmul($0[0]).matmul($0[0], transposeB: true)
            },
        ]

    private static let indexing: [GradientCase] = [
        GradientCase("gather", [[4, 3]]) { $0[0].gathered(at: Tensor([2, 0, 2, 3] as [Int32])).exp() },
        GradientCase("scatter", [[5, 2]]) { inputs in
            Tensor.scatterAdd(inputs[0], at: Tensor([1, 0, 1, 7, -1] as [Int32]), rows: 3).exp()
        },
    ]

    private static let composites: [GradientCase] = [
        GradientCase("squared", [[5]]) { $0[0].squared() },
        GradientCase("relu", [[9]]) { $0[0].relu() * $0[0] },
        GradientCase("leakyReLU", [[9]]) { $0[0].leakyReLU() * $0[0] },
        GradientCase("sigmoid", [[9]], in: -6...6) { $0[0].sigmoid() },
        GradientCase("softplus", [[9]], in: -6...6) { $0[0].softplus() },
        GradientCase("softplus and sigmoid at 0", [[3]], in: 0...0) { $0[0].softplus() + $0[0].sigmoid() },
        GradientCase("silu", [[9]]) { $0[0].silu() },
        GradientCase("gelu", [[9]]) { $0[0].gelu() },
        GradientCase("log1p", [[9]], in: 0.01...3) { $0[0].log1p() },
        GradientCase("power", [[5], [5]], in: 0.3...2) { $0[0].power($0[1]) },
        GradientCase("raised", [[5]], in: 0.5...2) { $0[0].raised(to: 5) + $0[0].raised(to: -2) },
        GradientCase("reciprocalSqrt", [[5]], in: 0.3...2) { $0[0].reciprocalSqrt() },
        GradientCase("clamped", [[9]]) { $0[0].clamped(to: -0.7...1.1) * $0[0] },
        GradientCase("softmax", [[2, 5]]) { $0[0].softmax() },
        GradientCase("logSoftmax", [[2, 5]]) { $0[0].logSoftmax() },
        GradientCase("logSumExp", [[2, 5]]) { $0[0].logSumExp(axis: 0) },
        GradientCase("network", [[4, 3], [3, 5], [5], [5, 2]], in: -1...1) { inputs in
            (inputs[0].matmul(inputs[1]) + inputs[2]).tanh().matmul(inputs[3]).logSoftmax().mean()
        },
    ]
}
