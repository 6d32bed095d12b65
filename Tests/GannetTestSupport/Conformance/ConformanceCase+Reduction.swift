import GannetGraph

extension ConformanceCase {
    /// Reductions over every set of axes, over nothing, of ties and NaN, of what is computed or moved.
    static let reduction: [ConformanceCase] =
        ReductionFunction.allCases.flatMap(overEverySetOfAxes) + specialReductions

    /// Every set of axes of a rank.
    private static func subsets(ofAxes rank: Int) -> [[Int]] {
        (1..<(1 << rank)).map { mask in (0..<rank).filter { mask >> $0 & 1 == 1 } }
    }

    static func reduced(_ function: ReductionFunction, _ x: Tensor, _ axes: [Int]) -> Tensor {
        switch function {
        case .sum: x.sum(axes: axes)
        case .maximum: x.max(axes: axes)
        case .minimum: x.min(axes: axes)
        }
    }

    /// A sum of n numbers up to 2 in magnitude may be off by this much; extremes are exact.
    static func tolerance(_ function: ReductionFunction, terms: Int) -> Tolerance {
        function == .sum ? .absolute(1e-7 * Double(max(terms, 4))) : .exact
    }

    private static func overEverySetOfAxes(_ function: ReductionFunction) -> [ConformanceCase] {
        let shapes: [Shape] = [[7], [0], [5, 3], [0, 3], [3, 0], [2, 3, 4], [33, 65]]
        let moreShapes: [Shape] = [
            [1], [1, 6], [6, 1], [4, 1, 3], [2, 0, 3], [2, 3, 4, 5], [3, 70, 2], [2, 1, 2, 1, 3],
        ]
        return [ScalarType.float32, .int32, .uint32].map { type in
            ConformanceCase("\(function) of \(type) over every set of axes") { generator in
                // Other types and functions differ in the elements only, and compiling takes its time.
                let isFirst = type == .float32 && function == .sum
                return (isFirst ? shapes + moreShapes : shapes).flatMap { shape -> [Graph] in
                    // Whole numbers up to 9 tie often.
                    let x =
                        type == .float32 && function != .sum
                        ? generator.integers(shape).cast(to: .float32) : generator.leaf(shape, type)
                    return subsets(ofAxes: shape.rank).map { axes in
                        Graph(
                            tensor: reduced(function, x, axes),
                            tolerance: tolerance(function, terms: shape.count))
                    }
                }
            }
        }
    }

    private static let specialReductions: [ConformanceCase] = [
        ConformanceCase("NaN and infinities in reductions", .exact) { _ in
            let x = Tensor(
                [
                    1, .nan, -0.0, -.infinity, 2, .infinity, -.infinity, -.infinity, -.infinity, .infinity, 5,
                    -.infinity,
                ] as [Float], shape: [4, 3])
            return [0, 1].flatMap { [x.max(axes: [$0]), x.min(axes: [$0]), x.sum(axes: [$0])] }
                + [x.max(), x.min(), x.sum(), x.slice(1..<4, axis: 0).max()]
        },
        ConformanceCase("long reductions", .scaled(2e-6)) { generator in
            let x = generator.floats([100_003], in: 0...1)
            let y = generator.floats([3, 40_000], in: 0...1)
            let z = generator.floats([40_000, 3], in: 0...1)
            return [
                x.sum(), x.max(), x.min(), y.sum(axes: [1]), y.sum(axes: [0]), z.sum(axes: [0]),
                z.max(axes: [0]),
                y.sum(), (y * 2 + 1).sum(axes: [1]), generator.words([30_000]).sum(),
                generator.integers([30_000], in: -1_000_000...1_000_000).max(),
            ]
        },
        ConformanceCase("reductions of what is moved", .absolute(1e-5)) { generator in
            let x = generator.floats([4, 6])
            let y = generator.floats([3, 1])
            return [
                x.transposed().sum(axes: [0]), x.flipped(axes: [0]).max(axes: [1]),
                x.padded(low: [1, 1], high: [0, 2], value: 1).sum(axes: [1]),
                x.padded(low: [1, 1], high: [0, 2], value: 9).max(axes: [0]),
                x.slice(0..<6, axis: 1, step: 2).sum(), y.broadcast(to: [3, 7]).sum(axes: [1]),
                y.broadcast(to: [3, 7]).sum(axes: [0]), x.reshape([2, 2, 3, 2]).sum(axes: [1, 3]),
                x.transposed().reshape([8, 3]).min(axes: [1]),
                Tensor.concatenate([x, x * 2], axis: 0).sum(axes: [0]), Tensor.range(10).sum(),
                Tensor.index(along: 0, of: [5, 3]).max(axes: [0]), Tensor.ones([9]).sum(),
                x.sum(axes: [1], keepsAxes: true) + x, x.sum(axes: []), x.mean(axes: [-1]),
            ]
        },
        ConformanceCase("reductions of what is computed", .absolute(1e-4)) { generator in
            let x = generator.floats([5, 33])
            let y = generator.floats([5, 33])
            return [
                (x * y).sum(axes: [1]), (x - y).squared().sum(), x.abs().max(axes: [0]),
                (x .< y).cast(to: .int32).sum(),
                (x .< y).cast(to: .float32).mean(axes: [0]), x.exp().sum(axes: [1]).log(),
                x.sum(axes: [0]).max(), (x.sum(axes: [1]) * 0.5 + 1).tanh(), x.sum(axes: [1]).sum(axes: [0]),
                (x - x.max(axes: [1], keepsAxes: true)).sum(axes: [0]), x.variance(axes: [1]),
                (x * y.sum(axes: [1], keepsAxes: true)).sum(axes: [0]), x.max(axes: [1]) - x.min(axes: [1]),
                select(x .< y, x, y).min(), x.sum() + y.sum() * x,
            ]
        },
    ]
}
