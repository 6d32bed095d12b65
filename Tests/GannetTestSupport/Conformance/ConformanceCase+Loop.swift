import GannetGraph

extension ConformanceCase {
    /// Loops of every kind, with the gradients of their states, of what they scan and of what they capture.
    static let loop: [ConformanceCase] = [
        ConformanceCase("loops", .scaled(5e-6)) { generator in
            let start = generator.floats([3, 4])
            let rows = generator.floats([6, 4])
            let factor = generator.floats([3, 1], in: 0.5...1)
            func run(_ count: Int, reversed: Bool) -> [Tensor] {
                let scanned = rows.slice(0..<count, axis: 0)
                let loop = Tensor.loop(count: count, carrying: [start], over: [scanned], reversed: reversed) {
                    step in
                    let next = step.state[0] * factor * 0.7 + step.scanned[0]
                    return (
                        [next + step.index.cast(to: .float32) * 0.1], [next.sum(axes: [1]), step.state[0]]
                    )
                }
                return loop.state + loop.outputs
            }
            return run(6, reversed: false) + run(5, reversed: true) + run(1, reversed: false)
                + run(0, reversed: true)
        },
        ConformanceCase("loops of every type", .exact) { generator in
            let start = [generator.integers([5]), generator.words([5]), generator.booleans([2, 2])]
            let flags = generator.booleans([4, 2, 2])
            let loop = Tensor.loop(count: 4, carrying: start, over: [flags]) { step in
                let (x, word, flag) = (step.state[0], step.state[1], step.state[2])
                return (
                    [x * 3 + step.index, word * 1_664_525 + 1_013_904_223, flag .^ step.scanned[0]],
                    [word &>> 3, x .< 40, step.index * step.index]
                )
            }
            let swap = Tensor.loop(count: 5, carrying: [start[0], start[0] + 1]) { step in
                ([step.state[1].flipped(axes: [0]), step.state[0]], [])
            }
            let collecting = Tensor.loop(count: 3, carrying: []) { step in ([], [step.index + 7]) }
            return loop.state + loop.outputs + swap.state + collecting.outputs
        },
        ConformanceCase("gradients of loops", .scaled(2e-5)) { generator in
            let start = generator.floats([2, 3], in: -1...1)
            let rows = generator.floats([5, 2, 4], in: -1...1)
            let weights = generator.floats([4, 3], in: -0.7...0.7)
            let recurrent = generator.floats([3, 3], in: -0.7...0.7)
            return [false, true].flatMap { reversed -> [Tensor] in
                let loop = Tensor.loop(count: 5, carrying: [start], over: [rows], reversed: reversed) {
                    step in
                    let next = (step.scanned[0].matmul(weights) + step.state[0].matmul(recurrent)).tanh()
                    return ([next], [next.squared().sum(axes: [1])])
                }
                let loss = loop.outputs[0].sum() + (loop.state[0] * start).sum()
                let inputs = [start, rows, weights, recurrent]
                let first = gradients(of: loss, withRespectTo: inputs)
                return [loss] + first
            }
        },
        ConformanceCase("a recurrence of 20,000 steps with its gradients", .scaled(1e-4)) { generator in
            let rows = generator.floats([20_000, 2], in: -1...1)
            let factor = Tensor([0.999, 0.99] as [Float])
            let start = generator.floats([2])
            let loop = Tensor.loop(count: 20_000, carrying: [start], over: [rows]) { step in
                ([step.state[0] * factor + step.scanned[0]], [])
            }
            let slopes = gradients(of: loop.state[0].sum(), withRespectTo: [start, rows, factor])
            // The last rows alone: the first have no weight left.
            return [loop.state[0], slopes[1].slice(19_000..<20_000, axis: 0), slopes[2]]
        },
        ConformanceCase("loops in loops", .scaled(2e-5)) { generator in
            let rows = generator.floats([3, 2, 4], in: -1...1)
            let factor = generator.floats([4], in: 0.2...0.6)
            let start = generator.floats([4], in: -1...1)
            let outer = Tensor.loop(count: 3, carrying: [start], over: [rows]) { step in
                let inner = Tensor.loop(
                    count: 2, carrying: [step.state[0]], over: [step.scanned[0]], reversed: true
                ) { inside in
                    let shift = (inside.index + step.index).cast(to: .float32) * 0.1
                    let next = (inside.state[0] * factor + inside.scanned[0] + shift).tanh()
                    return ([next], [next.sum(axes: [0])])
                }
                return ([inner.state[0] * 0.5 + step.state[0] * factor], [inner.outputs[0]])
            }
            let loss = outer.state[0].sum() + outer.outputs[0].squared().sum()
            return outer.state + outer.outputs
                + gradients(of: loss, withRespectTo: [start, rows, factor])
        },
        ConformanceCase("loops of convolutions and noise", .scaled(1e-5)) { generator in
            var stream = RandomStream(seed: 35)
            let filters = generator.floats([3, 3, 2, 2], in: -0.3...0.3)
            let coefficients = generator.floats([4, 7], in: 0.1...0.7)
            let loop = Tensor.loop(
                count: 4, carrying: [generator.floats([2, 4, 3, 2])],
                over: [stream.nextKeys(4), coefficients], reversed: true
            ) { step in
                let x = step.state[0]
                let prediction = x.convolved(with: filters, padding: 1).tanh()
                let next = x.noiseStep(
                    .reverse(isClipped: true, isNoisy: true), prediction: prediction,
                    coefficients: step.scanned[1], key: step.scanned[0])
                return ([next], [next.squared().mean()])
            }
            return loop.state + loop.outputs
        },
        ConformanceCase("loops among other operations", .scaled(5e-6)) { generator in
            let x = generator.floats([3, 4])
            func run(_ start: Tensor, _ count: Int) -> (state: [Tensor], outputs: [Tensor]) {
                Tensor.loop(count: count, carrying: [start, start * 2]) { step in
                    let next = (step.state[0] + step.state[1].flipped(axes: [1]) * 0.5).tanh()
                    return ([next, step.state[1] * 0.9], [next])
                }
            }
            let first = run(x.exp(), 3)
            let second = run(first.state[0].transposed().reshape([3, 4]), 2)
            return [
                first.state[0], first.state[0].reshape([12]), first.state[0] + 1,
                first.outputs[0].sum(axes: [0]), second.state[1], second.outputs[0].permute(2, 0, 1),
                first.state[1].matmul(second.state[0], transposeB: true),
                first.outputs[0].element(1, axis: 0),
            ]
        },
    ]
}
