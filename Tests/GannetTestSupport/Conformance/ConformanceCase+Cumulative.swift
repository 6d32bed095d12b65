import GannetGraph

extension ConformanceCase {
    /// Elements combined with all before them along an axis.
    static let cumulative: [ConformanceCase] = [
        ConformanceCase("cumulative sums", .scaled(1e-6)) { generator in
            let shapes: [Shape] = [
                [1], [37], [3, 5], [2, 7, 19], [0], [4, 0], [0, 4], [5, 1], [1, 130],
            ]
            return shapes.flatMap { shape -> [Tensor] in
                let x = generator.floats(shape)
                return shape.extents.indices.map { axis in
                    x.cumulativeSum(axis: axis, isReversed: axis % 2 == 1)
                }
            }
        },
        ConformanceCase("cumulative products", .scaled(1e-5)) { generator in
            let x = generator.floats([3, 17, 2], in: 0.7...1.4)
            return [
                x.cumulativeProduct(axis: 1), x.cumulativeProduct(axis: 0, isReversed: true),
                x.cumulativeProduct(isExclusive: true),
                (x - generator.integers(x.shape, in: 0...1).cast(to: .float32)).cumulativeProduct(axis: 1),
            ]
        },
        ConformanceCase("cumulative extremes", .exact) { generator in
            let x = generator.floats([5, 23])
            return [
                x.cumulativeMaximum(), x.cumulativeMaximum(axis: 0, isReversed: true), x.cumulativeMinimum(),
                x.cumulativeMinimum(axis: -2), x.transposed().cumulativeMinimum(isReversed: true),
            ]
        },
        ConformanceCase("cumulative functions of integers", .exact) { generator in
            let n = generator.integers([4, 33])
            let large = generator.words([33, 3])
            return [
                n.cumulativeSum(), n.cumulativeProduct(), n.cumulativeMaximum(axis: 0),
                n.cumulativeMinimum(isReversed: true), large.cumulativeSum(axis: 0, isReversed: true),
                large.cumulativeProduct(axis: 0), large.cumulativeMaximum(), large.cumulativeMinimum(axis: 0),
                n.cumulativeMaximum(axis: 0) + n.cumulativeSum(isExclusive: true),
                n.cumulativeProduct(isReversed: true, isExclusive: true),
                generator.booleans([9]).cast(to: .int32).cumulativeSum(),
            ]
        },
        ConformanceCase("cumulative functions of special values", .exact) { _ in
            let specials = Tensor(
                [1, -0.0, 0, .infinity, 2, -.infinity, 1, .nan, 3, -.infinity] as [Float])
            let finite = Tensor([-0.0, -0.0, 0, 3, -5, .infinity, 2] as [Float])
            return [specials, finite, finite.reshape([7, 1]), specials.reshape([5, 2])].flatMap { x in
                [
                    x.cumulativeSum(axis: 0), x.cumulativeSum(axis: 0, isReversed: true),
                    x.cumulativeProduct(axis: 0), x.cumulativeMaximum(axis: 0),
                    x.cumulativeMinimum(axis: 0), x.cumulativeMaximum(axis: 0, isReversed: true),
                ]
            }
        },
        ConformanceCase("cumulative sums of and under what is computed", .scaled(3e-6)) { generator in
            let x = generator.floats([4, 6])
            let sums = (x * 2 + 1).cumulativeSum(axis: 0)
            return [
                sums, sums, sums.exp(), sums.transposed() - 1, sums.sum(axes: [1]), sums.reshape([24]),
                x.transposed().cumulativeSum(isReversed: true).cumulativeSum(axis: 0),
                x.flipped(axes: [1]).cumulativeSum(isExclusive: true),
                Tensor.ones([3, 5]).cumulativeSum(), x.matmul(x.transposed()).cumulativeSum(axis: 0),
                x.slice(1..<4, axis: 0, step: 2).broadcast(to: [3, 2, 6]).cumulativeSum(axis: 1),
                x.cumulativeSum(isReversed: true, isExclusive: true) / x.cumulativeMaximum().exp(),
            ]
        },
        ConformanceCase("cumulative sums in a loop", .scaled(2e-6)) { generator in
            let loop = Tensor.loop(
                count: 3, carrying: [generator.floats([2, 9])], over: [generator.floats([3, 2, 9])]
            ) { step in
                let next = (step.state[0] + step.scanned[0]).cumulativeSum() * 0.2
                return ([next], [next.cumulativeMaximum(axis: 0)])
            }
            return loop.state + loop.outputs
        },
    ]
}
