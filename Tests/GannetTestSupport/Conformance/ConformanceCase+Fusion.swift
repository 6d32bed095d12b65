import GannetGraph

extension ConformanceCase {
    /// Graphs whose parts share operands and results, as whole training steps do.
    static let fusion: [ConformanceCase] = [
        ConformanceCase("leaves, literals and views as results", .exact) { generator in
            let x = generator.floats([3, 4])
            let y = x + 1
            return [
                x, x, .literal(Int32(4)), x.transposed(), y, y, y.reshape([12]), x.slice(1..<2, axis: 0),
                y.flattened(),
            ]
        },
        ConformanceCase("long chain", .scaled(1e-5)) { generator in
            var x = generator.floats([300], in: -1...1)
            let y = generator.floats([300], in: -1...1)
            for step in 0..<80 {
                x = step % 3 == 0 ? x + y : step % 3 == 1 ? x * 0.9 : x.tanh()
            }
            return [x]
        },
        ConformanceCase("wide sum", .scaled(1e-5)) { generator in
            // More operands than a kernel may have buffers.
            let terms = (0..<120).map { _ in generator.floats([17]) }
            let sum = terms.dropFirst().reduce(terms[0] * 0.5) { $0 + $1 * 0.5 }
            return [sum, sum * terms[7]]
        },
        ConformanceCase("one value, many readers", .scaled(1e-5)) { generator in
            let x = generator.floats([16, 9])
            let shared = (x * 2).exp()
            return [
                shared + 1, shared.sum(axes: [0]), shared.transposed() * 3, shared.max(axes: [1]),
                shared.slice(2..<7, axis: 1), shared.matmul(x, transposeB: true), shared,
                shared.padded(low: [1, 0], high: [0, 1]) - 1,
            ]
        },
        ConformanceCase("results, and what is written over the values they are views of", .scaled(1e-5)) {
            generator in
            // Only a scan, which fuses with nothing, makes these values stored ones that may be written over.
            let a = generator.floats([1, 6, 10]).cumulativeSum(axis: 1)
            let b = generator.floats([1, 6, 10]).cumulativeSum(axis: 2)
            let (c, d) = (a.tanh(), a * b)
            return [
                a.permute(1, 2, 0), c.cumulativeSum(axis: 1), d.cumulativeSum(axis: 2), b.permute(1, 2, 0),
            ]
        },
        ConformanceCase("diamonds", .scaled(1e-5)) { generator in
            var x = generator.floats([40], in: -1...1)
            for _ in 0..<12 {
                let left = x.tanh()
                x = (left + x * 0.5) * (left - 0.25)
            }
            return [x, x.sum()]
        },
        ConformanceCase("stopped and custom gradients are what they hold", .exact) { generator in
            let x = generator.integers([8]).cast(to: .float32)
            let custom = Tensor.withGradient(of: [x], value: x * 4) { [$0] }
            return [x.stoppingGradient() + 1, custom - x, custom.stoppingGradient().sum(axes: [])]
        },
        ConformanceCase("gradients of a small network", .scaled(2e-5)) { generator in
            let x = generator.floats([16, 12])
            let w1 = generator.floats([12, 20], in: -0.4...0.4)
            let b1 = generator.floats([20], in: -0.1...0.1)
            let w2 = generator.floats([20, 5], in: -0.4...0.4)
            let labels = generator.integers([16], in: 0...4)
            let hidden = (x.matmul(w1) + b1).tanh()
            let logits = hidden.matmul(w2)
            let chosen = (labels.reshape([16, 1]) .== Tensor.range(5)).cast(to: .float32)
            let loss = -(chosen * logits.logSoftmax()).sum(axes: [1]).mean()
            return [loss] + gradients(of: loss, withRespectTo: [x, w1, b1, w2])
        },
        ConformanceCase("a penalty on gradients", .scaled(5e-5)) { generator in
            let x = generator.floats([6, 4])
            let w = generator.floats([4, 7], in: -0.5...0.5)
            let v = generator.floats([7, 1])
            let score = (x.matmul(w)).tanh().matmul(v)
            let slope = gradients(of: score.sum(), withRespectTo: [x])[0]
            let norm = (slope.squared().sum(axes: [1]) + 1e-8).sqrt()
            let penalty = (norm - 1).squared().mean()
            return [penalty] + gradients(of: penalty, withRespectTo: [w, v])
        },
        ConformanceCase("an Adam step", .scaled(1e-5)) { generator in
            let w = generator.floats([30])
            let g = generator.floats([30])
            let m = 0.9 * generator.floats([30]) + 0.1 * g
            let v = 0.999 * generator.floats([30], in: 0...1) + 0.001 * g.squared()
            let step: Float = 3
            let correction = Tensor(1 - 0.9 * step / 4)
            return [w - 0.001 * (m / correction) / ((v / correction).sqrt() + 1e-8), m, v]
        },
    ]
}
