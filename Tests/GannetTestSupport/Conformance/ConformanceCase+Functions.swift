import GannetGraph

extension ConformanceCase {
    /// Functions composed of several kernels: searches, sums of products, parts chosen by subscripts.
    static let functions: [ConformanceCase] = [
        ConformanceCase("argmax and argmin", .exact) { generator in
            let ties = generator.integers([7, 13], in: 0...3)
            let special = Tensor(
                [1, .nan, 3, .infinity, .infinity, 2, -.infinity, .nan] as [Float], shape: [2, 4])
            let x = generator.floats([3, 5, 67])
            return [
                ties.argmax(axis: 0), ties.argmin(axis: 1), ties.argmax(), (ties + 1).argmin(),
                special.argmax(axis: 1), special.argmin(axis: 0), x.argmax(axis: 1), x.argmin(axis: 2),
                (x * 2 + 1).argmax(axis: -1, keepsAxis: true), x.transposed().argmax(axis: 1),
                generator.words([9]).argmax(), generator.booleans([4, 3]).argmax(axis: 1),
                generator.floats([3, 0]).argmax(axis: 0), generator.floats([1]).argmin(),
            ]
        },
        ConformanceCase("truth of many", .exact) { generator in
            let x = generator.booleans([6, 5])
            return [
                x.any(axes: [0]), x.all(axes: [1]), x.nonzeroCount(axes: [1]), x.any(), x.all(),
                generator.integers([40], in: -1...1).nonzeroCount(),
                generator.booleans([0, 3]).all(axes: [0]),
                generator.integers([5], in: 0...6).oneHot(6), generator.words([3]).oneHot(2, type: .bool),
            ]
        },
        ConformanceCase("parts of a tensor", .exact) { generator in
            let x = generator.floats([5, 7, 3])
            let i = generator.integers([2, 3], in: -7...6)
            let j = generator.integers([3], in: -3...4)
            return [
                x[1..<4, .strided(by: -2), .all], x[.ellipsis, -1],
                x[-2, .newAxis, .strided(from: 5, to: 1, by: -3)],
                x[.strided(from: 9)], x[.all, i], x[.all, i, j], x[j, .all, j], x[2, i],
                (x + 1)[.all, 3..., 0],
                generator.booleans([5, 9])[.strided(by: 3), .strided(by: -1)], generator.integers([4])[j],
            ]
        },
        ConformanceCase("rearrangements", .exact) { generator in
            let x = generator.floats([4, 5])
            return [
                .stack([x, x * 2], axis: 1), x.rolled(by: 7, axis: 1), x.rolled(by: -1, axis: 0),
                x.repeated(3, axis: 0), x.tiled(2, 1, 3), x.diagonal(offset: 1), x.lowerTriangle(),
                generator.booleans([4, 4]).upperTriangle(offset: 1), x.diagonal(offset: -3),
                .range(from: 9, to: -3, by: -4), .identity(3),
            ]
        },
        ConformanceCase("einsum", .scaled(2e-6)) { generator in
            let x = generator.floats([2, 3, 4, 5])
            let y = generator.floats([2, 3, 7, 5])
            let m = generator.floats([5, 6])
            return [
                einsum("bhid,bhjd->bhij", x, y), einsum("bhid,bhjd->bijh", x, y),
                einsum("...d,de->...e", x, m),
                einsum("abcd,dc->ba", x, generator.floats([5, 4])), einsum("ab,ab->", m, m * 2),
                einsum("i,j", generator.floats([3]), generator.floats([4])),
                einsum("aab->b", generator.floats([4, 4, 3])), einsum("ij,jk,kl->il", m, m.transposed(), m),
                einsum("ij,kj->ik", generator.integers([3, 4]), generator.integers([2, 4])),
                einsum("ij,jk->ik", generator.floats([3, 0]), generator.floats([0, 2])),
            ]
        },
        ConformanceCase("Gumbel numbers and classes", .scaled(2e-6)) { generator in
            var stream = RandomStream(seed: generator.next())
            let logits = generator.floats([60, 5])
            return [
                stream.gumbel([3, 50]), stream.categorical(logits: logits),
                stream.categorical(logits: logits, axis: 0),
                stream.categorical(logits: select(logits .< 0, .literal(-Float.infinity), logits)),
            ]
        },
    ]
}
