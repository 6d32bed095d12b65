import GannetGraph

extension ConformanceCase {
    /// Rows read and rows added to, by indices that may be out of range.
    static let indexing: [ConformanceCase] = [
        ConformanceCase("gather", .exact) { generator in
            let rests: [[Int]] = [[], [1], [5], [3, 4], [0]]
            return ScalarType.allCases.flatMap { type in
                rests.flatMap { rest -> [Tensor] in
                    let source = generator.leaf(Shape([6] + rest), type)
                    return [
                        source.gathered(at: generator.integers([9], in: 0...5)),
                        source.gathered(at: generator.integers([9], in: -3...8)),
                        source.gathered(at: generator.integers([2, 3], in: 0...5)),
                        source.gathered(at: generator.integers([0], in: 0...5)),
                    ]
                }
            }
        },
        ConformanceCase("gather at extreme indices", .exact) { generator in
            let indices = Tensor([Int32.min, -1, 0, 2, 3, .max])
            return [
                generator.floats([3, 2]).gathered(at: indices), generator.integers([3]).gathered(at: indices),
                generator.floats([0, 2]).gathered(at: indices),
                generator.booleans([3, 2]).gathered(at: indices),
            ]
        },
        ConformanceCase("gather of and by what is computed", .absolute(1e-5)) { generator in
            let source = generator.floats([8, 3])
            let indices = generator.integers([5], in: 0...3)
            return [
                (source * 2 + 1).gathered(at: indices), source.gathered(at: indices * 2),
                source.transposed().gathered(at: indices), source.gathered(at: .range(8) / 2) * 3,
                source.gathered(at: indices).sum(axes: [0]),
                source.flipped(axes: [0]).gathered(at: indices).exp(),
                source.gathered(at: indices).matmul(generator.floats([3, 4])),
                source.gathered(at: indices.flipped(axes: [0])).transposed(),
                source.gathered(at: source.gathered(at: indices).sum(axes: [1]).cast(to: .int32)),
            ]
        },
        ConformanceCase("scatter", .absolute(1e-5)) { generator in
            let rests: [[Int]] = [[], [1], [5], [3, 4], [0]]
            return [ScalarType.float32, .int32, .uint32].flatMap { type in
                rests.flatMap { rest -> [Tensor] in
                    let updates = generator.leaf(Shape([40] + rest), type)
                    let none = generator.leaf(Shape([0] + rest), type)
                    return [
                        .scatterAdd(updates, at: generator.integers([40], in: 0...6), rows: 7),
                        .scatterAdd(updates, at: generator.integers([40], in: -4...9), rows: 7),
                        .scatterAdd(updates, at: generator.integers([40], in: 0...6), rows: 0),
                        .scatterAdd(none, at: generator.integers([0]), rows: 3),
                        .scatterAdd(updates, at: .range(40), rows: 60),
                    ]
                }
            }
        },
        ConformanceCase("scatter at extreme indices", .exact) { generator in
            let indices = Tensor([Int32.min, -1, 0, 2, 3, .max])
            return [
                .scatterAdd(generator.floats([6, 2]), at: indices, rows: 3),
                .scatterAdd(generator.integers([6]), at: indices, rows: 3),
            ]
        },
        ConformanceCase("scatter of and by what is computed", .absolute(1e-5)) { generator in
            let updates = generator.floats([12, 3])
            let indices = generator.integers([12], in: 0...5)
            return [
                .scatterAdd(updates * 2 + 1, at: indices, rows: 6),
                .scatterAdd(updates, at: indices / 2, rows: 3),
                .scatterAdd(.ones([12]), at: indices, rows: 6),
                .scatterAdd(updates.flipped(axes: [0]), at: indices, rows: 6) * 0.5,
                .scatterAdd(updates.transposed(), at: .range(3), rows: 4).transposed(),
                .scatterAdd(updates, at: indices, rows: 6).sum(axes: [0]),
                Tensor.scatterAdd(updates, at: indices, rows: 6).gathered(at: indices),
            ]
        },
        ConformanceCase("one scatter, several results", .exact) { generator in
            let sums = Tensor.scatterAdd(
                generator.integers([9, 2]), at: generator.integers([9], in: 0...3), rows: 4)
            return [sums, sums, sums.reshape([8]), sums + 1, sums.transposed(), sums]
        },
        ConformanceCase("many rows to few", .scaled(1e-5)) { generator in
            [
                .scatterAdd(
                    generator.floats([5000, 8], in: 0...1), at: generator.integers([5000], in: 0...2), rows: 3
                ),
                .scatterAdd(generator.floats([50, 1000]), at: generator.integers([50], in: 0...9), rows: 10),
            ]
        },
    ]
}
