import GannetGraph

extension ConformanceCase {
    /// Matrix products of every orientation and size, of what is moved or computed, with what follows them.
    static let contraction: [ConformanceCase] = orientations + otherProducts

    /// A sum of `depth` products of numbers up to 2 in magnitude may be off by this much.
    private static func tolerance(depth: Int) -> Tolerance { .absolute(4e-7 * Double(max(depth, 4))) }

    private static let sizes: [(m: Int, n: Int, k: Int)] = [
        (1, 1, 1), (1, 7, 5), (5, 1, 3), (3, 5, 1), (2, 3, 4), (17, 33, 65), (64, 64, 64), (1, 128, 64),
        (128, 1, 64), (96, 130, 70), (31, 16, 257), (2, 3, 0), (0, 3, 4), (3, 0, 4), (8, 8, 512),
        (100, 10, 200),
    ]

    private static let orientations: [ConformanceCase] = [false, true].flatMap { transposeA in
        [false, true].map { transposeB in
            ConformanceCase("matrix products, transposed \(transposeA) and \(transposeB)") { generator in
                sizes.map { m, n, k in
                    let a = generator.floats(transposeA ? [k, m] : [m, k])
                    let b = generator.floats(transposeB ? [n, k] : [k, n])
                    return Graph(
                        tensor: a.matmul(b, transposeA: transposeA, transposeB: transposeB),
                        tolerance: tolerance(depth: k))
                }
            }
        }
    }

    private static let otherProducts: [ConformanceCase] = [
        ConformanceCase("batches of matrix products", tolerance(depth: 20)) { generator in
            let a = generator.floats([4, 5, 6])
            return [
                a.matmul(generator.floats([4, 6, 3])), a.matmul(generator.floats([6, 3])),
                generator.floats([2, 5]).matmul(a), a.matmul(generator.floats([1, 6, 3])),
                generator.floats([2, 1, 3, 6]).matmul(a, transposeB: true),
                generator.floats([3, 1, 2, 4]).matmul(generator.floats([1, 2, 4, 5])),
                a.matmul(a, transposeA: true),
                generator.floats([0, 2, 3]).matmul(generator.floats([0, 3, 2])),
                generator.floats([7, 1, 9]).matmul(generator.floats([7, 9, 1])),
                generator.floats([3, 20, 17]).matmul(generator.floats([3, 17, 19])),
            ]
        },
        ConformanceCase("matrix products of what is moved", tolerance(depth: 40)) { generator in
            let a = generator.floats([8, 12])
            let b = generator.floats([12, 9])
            return [
                a.transposed().matmul(generator.floats([8, 3])),
                a.matmul(generator.floats([9, 12]).transposed()),
                a.flipped(axes: [1]).matmul(b),
                a.slice(0..<12, axis: 1, step: 2).matmul(b.slice(3..<9, axis: 0)),
                a.padded(low: [1, 0], high: [0, 2]).matmul(generator.floats([14, 3])),
                a.reshape([2, 4, 12]).permute(1, 0, 2).matmul(b), a.reshape([12, 8]).matmul(a),
                generator.floats([1, 12]).broadcast(to: [5, 12]).matmul(b),
                generator.floats([8, 1]).broadcast(to: [8, 12]).matmul(b), a.matmul(a, transposeB: true),
                Tensor.concatenate([a, a.flipped(axes: [0])], axis: 0).matmul(b),
                a.reshape([2, 4, 3, 4]).permute(0, 2, 1, 3).matmul(
                    a.reshape([2, 4, 3, 4]).permute(0, 2, 3, 1)),
            ]
        },
        ConformanceCase("matrix products of what is computed", tolerance(depth: 60)) { generator in
            let a = generator.floats([8, 12])
            let b = generator.floats([12, 9])
            let mask = generator.booleans([8, 12])
            return [
                (a * 0.5 + 1).matmul(b), a.matmul(b.tanh()), select(mask, a, 0).matmul(b),
                a.abs().matmul(b, transposeB: false).matmul(generator.floats([9, 4]) * 0.3),
                Tensor.ones([8, 12]).matmul(b), mask.cast(to: .float32).matmul(b),
                a.sum(axes: [1], keepsAxes: true).matmul(generator.floats([1, 4])),
            ]
        },
        ConformanceCase("what follows a matrix product", tolerance(depth: 60)) { generator in
            let a = generator.floats([33, 20])
            let b = generator.floats([20, 17])
            let bias = generator.floats([17])
            let product = a.matmul(b)
            let gate = generator.floats([33, 1])
            return [
                product + bias, (a.matmul(b) + bias).relu(), (a.matmul(b) + bias).tanh() * gate,
                a.matmul(b) * 0.25 - generator.floats([33, 17]), product.sum(axes: [0]),
                product.max(axes: [1]),
                product.transposed() + gate.reshape([33]), product.reshape([17, 33]).sigmoid(),
                product.slice(3..<30, axis: 0, step: 2), select(product .< 0, 0.2 * product, product),
                product.squared().mean(), (product + bias).matmul(generator.floats([17, 5])) * 0.05,
                product + a.matmul(b * 2),
            ]
        },
        ConformanceCase("two products and what they share", tolerance(depth: 100)) { generator in
            let x = generator.floats([16, 10])
            let w = generator.floats([10, 10], in: -0.5...0.5)
            var y = x
            for _ in 0..<4 { y = (y.matmul(w) + x).tanh() }
            return [y, y.matmul(w, transposeB: true), x.matmul(y, transposeA: true), y.sum(axes: [0])]
        },
    ]
}
