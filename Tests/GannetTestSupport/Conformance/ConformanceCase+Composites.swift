import GannetGraph

extension ConformanceCase {
    /// What is composed of primitives, where it is most easily wrong: far out, and near 0.
    static let composites: [ConformanceCase] = [
        pointwise("sigmoid", .ulps(8)) { $0.sigmoid() },
        pointwise("softplus", .ulps(8)) { $0.softplus() },
        pointwise("relu", .exact) { $0.relu() },
        pointwise("leakyReLU", .exact) { $0.leakyReLU() },
        pointwise("silu", .ulps(12)) { $0.silu() },
        pointwise("gelu", .scaled(1e-6)) { $0.gelu() },
        pointwise("gelu by tanh", .scaled(1e-6)) { $0.gelu(.tanh) },
        pointwise("elu", .ulps(12)) { $0.elu() },
        pointwise("selu", .ulps(14)) { $0.selu() },
        pointwise("mish", .scaled(1e-6)) { $0.mish() },
        pointwise("logSigmoid", .ulps(8)) { $0.logSigmoid() },
        pointwise("hardTanh", .exact) { $0.hardTanh() },
        pointwise("hardSwish", .scaled(1e-6)) { $0.hardSwish() },
        pointwise("expm1", .ulps(8)) { $0.expm1() },
        pointwise("clamped", .exact) { $0.clamped(to: -0.5...2) },
        pointwise("squared", .exact) { $0.squared() },
        pointwise("log1p", .ulps(8)) { $0.abs().log1p() },
        pointwise("reciprocalSqrt", .ulps(2)) { $0.abs().reciprocalSqrt() },
        pointwise("raised", .ulps(8)) { $0.raised(to: 3) },
        pointwise("raised to a negative power", .ulps(8)) { ($0.abs() + 0.5).raised(to: -2) },
        pointwise("isNaN", .exact) { $0.isNaN() },
        pointwise("isFinite", .exact) { $0.isFinite() },
        ConformanceCase("power", .scaled(1e-5)) { generator in
            let x = generator.floats([200], in: 0...5)
            let y = generator.floats([200], in: -2...2)
            return [
                x.power(y), x.power(0.5),
                Tensor([0, 0, 1, 2] as [Float]).power(Tensor([0, 2, 9, 0] as [Float])),
            ]
        },
        ConformanceCase("softmax and its kin", .scaled(2e-6)) { generator in
            let shapes: [Shape] = [[10], [4, 10], [1, 1], [3, 200], [2, 3, 5]]
            return shapes.flatMap { shape -> [Tensor] in
                let x = generator.floats(shape, in: -10...10)
                return [
                    x.softmax(), x.logSoftmax(), x.logSumExp(), x.softmax(axis: 0), x.logSumExp(axis: 0),
                    (x * 128).softmax(), (x * 128).logSumExp(), (x + 1000).logSumExp(keepsAxis: true),
                ]
            }
        },
        ConformanceCase("softmax of infinities", .scaled(1e-6)) { _ in
            let x = Tensor(
                [-.infinity, 0, 1, -.infinity, -.infinity, -.infinity, 2, -.infinity, -.infinity] as [Float],
                shape: [3, 3])
            return [x.logSumExp(), x.slice(0..<1, axis: 0).softmax(), x.slice(2..<3, axis: 0).softmax()]
        },
        ConformanceCase("mean and variance", .absolute(2e-6)) { generator in
            let x = generator.floats([7, 40])
            return [
                x.mean(), x.mean(axes: [0]), x.mean(axes: [1], keepsAxes: true), x.variance(),
                x.variance(axes: [0]),
                x.variance(axes: [1], keepsAxes: true, correction: 1),
                generator.floats([0, 2]).mean(axes: [0]),
            ]
        },
        ConformanceCase("normalisation over an axis", .absolute(1e-5)) { generator in
            let x = generator.floats([6, 30])
            let centred = x - x.mean(axes: [1], keepsAxes: true)
            let normal = centred / (x.variance(axes: [1], keepsAxes: true) + 1e-5).sqrt()
            return [normal, normal * generator.floats([30]) + generator.floats([30]), normal.sum(axes: [1])]
        },
        ConformanceCase("losses", .scaled(3e-6)) { generator in
            let logits = generator.floats([12, 9], in: -6...6)
            let targets = generator.floats([12, 9], in: 0...1)
            let labels = generator.integers([12], in: 0...8)
            let oneHot = (labels.reshape([12, 1]) .== Tensor.range(9)).cast(to: .float32)
            let mean = generator.floats([12, 4])
            let logVariance = generator.floats([12, 4])
            return [
                (logits.softplus() - targets * logits).sum(),
                -(oneHot * logits.logSoftmax()).sum(axes: [1]).mean(),
                0.5 * (mean.squared() + logVariance.exp() - 1 - logVariance).sum(axes: [1]),
                (logits - targets).squared().mean(),
            ]
        },
    ]

    /// A function of one tensor, on numbers from −110 to 110 and on special ones.
    private static func pointwise(
        _ name: String, _ tolerance: Tolerance, _ function: @escaping @Sendable (Tensor) -> Tensor
    ) -> ConformanceCase {
        ConformanceCase(name, tolerance) { generator in
            let special: [Float] = [
                0, -0.0, 1e-8, -1e-8, 0.5, -0.5, 1, -1, 20, -20, 80, -80, 100, -100, 1000, -1000, .infinity,
                -.infinity, .nan,
            ]
            let values = special.filter { !["silu", "mish"].contains(name) || $0 != -.infinity }
            return [
                function(Tensor(values)), function(generator.floats([500], in: -3...3)),
                function(generator.floats([20, 25], in: -80...80)),
            ]
        }
    }
}
