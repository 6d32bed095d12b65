import GannetGraph

extension ConformanceCase {
    /// Orders, what they are made of, and elements along an axis.
    static let sorting: [ConformanceCase] = [
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
        ConformanceCase("sorting of half precision", .exact) { generator in
            let x = generator.floats([3, 21])
            let (half, brain) = (x.cast(to: .float16), x.cast(to: .bfloat16))
            return [
                half.argsort(), brain.argsort(axis: 0, isDescending: true), half.sorted().values,
                brain.topK(4).values, half.cumulativeMaximum(), brain.cumulativeMinimum(axis: 0),
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
