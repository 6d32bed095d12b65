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
        ConformanceCase("sorting", .exact) { generator in
            let x = generator.floats([3, 37])
            let ties = generator.integers([4, 11], in: -2...2)
            return [
                x.argsort(), x.argsort(isDescending: true), x.argsort(axis: 0), x.sorted().values,
                x.sorted(axis: 0, isDescending: true).values, ties.argsort(),
                ties.argsort(isDescending: true),
                ties.sorted(axis: 0).values, generator.words([53]).argsort(),
                generator.floats([2, 150]).sorted().values, generator.floats([2, 3, 5]).argsort(axis: 1),
                generator.floats([7, 1]).argsort(), generator.floats([0]).argsort(),
                generator.floats([3, 0]).sorted().values, generator.floats([0, 3]).argsort(axis: 1),
            ]
        },
        ConformanceCase("sorting of special values", .exact) { _ in
            let x = Tensor(
                [
                    1, .nan, -0.0, 0, .infinity, -.infinity, 0, -0.0, 3, -.nan, -1, .infinity, 0x1p-149,
                    -0x1p-149,
                ] as [Float])
            let n = Tensor([0, .max, .min, -1, 1, .max, .min] as [Int32])
            let words = Tensor([0, .max, 1, 0x8000_0000, 0x7FFF_FFFF, .max] as [UInt32])
            return [
                x.argsort(), x.argsort(isDescending: true), x.sorted().values, x.topK(5).values,
                x.topK(3, isSmallest: true).indices, n.argsort(), n.argsort(isDescending: true),
                words.argsort(), words.argsort(isDescending: true),
            ]
        },
        ConformanceCase("greatest elements, permutations and what is made of them", .exact) { generator in
            let x = generator.floats([4, 19])
            let n = generator.integers([3, 8])
            let (values, indices) = x.topK(3)
            var stream = RandomStream(seed: 71)
            let order = stream.permutation(23)
            return [
                values, indices, x.topK(2, axis: 0).values, x.topK(4, isSmallest: true).indices,
                x.topK(0).values, n.topK(8).values, values.max(axes: [1]), order,
                order.argsort().gathered(at: order), generator.floats([23, 2]).gathered(at: order),
                x.transposed().argsort().transposed(), x.flipped(axes: [1]).sorted().values * 2,
                (n * 2).argsort().cast(to: .float32) + 1,
                select(x .< x.sorted(isDescending: true).values.slice(4..<5, axis: 1), 0, x),
            ]
        },
        ConformanceCase("elements along an axis", .exact) { generator in
            let x = generator.floats([3, 4, 5])
            return [
                x.gathered(along: 1, at: generator.integers([3, 7, 5], in: 0...3)),
                x.gathered(along: -1, at: generator.integers([3, 4, 2], in: -2...6)),
                x.gathered(along: 0, at: generator.integers([2, 1, 5], in: 0...2)),
                x.slice(0..<1, axis: 2).gathered(along: 1, at: generator.integers([3, 2, 6], in: 0...3)),
                x.gathered(along: 0, at: generator.integers([0, 4, 5])),
                (x * 2).transposed().gathered(along: 2, at: generator.integers([3, 5, 1], in: 0...3)) + 1,
                generator.integers([6]).gathered(along: 0, at: generator.integers([4], in: -1...6)),
                generator.booleans([2, 3]).gathered(along: 1, at: generator.integers([2, 3], in: 0...3)),
            ]
        },
    ]
}
