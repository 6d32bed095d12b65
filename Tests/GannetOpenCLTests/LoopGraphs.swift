import GannetGraph
import GannetTestSupport

/// Loops whose bodies are small enough to become one kernel, and what they give.
struct LoopGraph: Sendable, CustomStringConvertible {
    let description: String
    let results: @Sendable () -> [Tensor]

    private init(_ name: String, _ results: @escaping @Sendable (inout SeededGenerator) -> [Tensor]) {
        description = name
        self.results = {
            var generator = SeededGenerator(named: name)
            return results(&generator)
        }
    }

    static let manyValues = "a loop with more captured values than a kernel has arguments"

    static let all: [LoopGraph] = [
        LoopGraph("a recurrence of 20,000 steps") { _ in
            // Sums of whole numbers below 2²⁴ are exact.
            let steps = 20_000
            let terms = Tensor((0..<3 * steps).map { Float($0 % 7 - 3) }, shape: [steps, 3])
            let loop = Tensor.loop(count: steps, carrying: [.zeros([3])], over: [terms]) { step in
                let next = step.state[0] + step.scanned[0]
                return ([next], [next])
            }
            return loop.state + loop.outputs
        },
        LoopGraph("a cell with products and its gradients") { generator in
            let (batch, inputs, hidden) = (3, 5, 18)
            let rows = generator.floats([6, batch, inputs])
            let weights = generator.floats([inputs, hidden], in: -0.5...0.5)
            let recurrent = generator.floats([hidden, hidden], in: -0.3...0.3)
            let bias = generator.floats([hidden], in: -0.1...0.1)
            let first = generator.floats([batch, hidden], in: -1...1)
            let loop = Tensor.loop(count: 6, carrying: [first], over: [rows]) { step in
                let sum = step.scanned[0].matmul(weights) + step.state[0].matmul(recurrent) + bias
                let next = sum.tanh()
                return ([next], [next.squared().sum(axes: [1])])
            }
            let loss = loop.outputs[0].mean() + loop.state[0].sum()
            return [loss] + gradients(of: loss, withRespectTo: [rows, weights, recurrent, bias, first])
        },
        LoopGraph("a reversed loop with an index, histories and truth values") { generator in
            let rows = generator.integers([5, 4])
            let flags = generator.booleans([4])
            let start = generator.floats([4, 7])
            let loop = Tensor.loop(
                count: 5, carrying: [flags, start], over: [rows], reversed: true
            ) { step in
                let isLarge = step.scanned[0] .> step.index
                let scale = step.index.cast(to: .float32) * 0.25 + 0.5
                let picked = select(
                    isLarge.reshape([4, 1]).broadcast(to: [4, 7]), step.state[1] * scale, step.state[1])
                return ([step.state[0] .^ isLarge, picked], [isLarge, picked.max(axes: [0])])
            }
            let weights = generator.floats([5, 7])
            let loss = (loop.outputs[1] * weights).sum()
            return loop.state + loop.outputs + gradients(of: loss, withRespectTo: [start])
        },
        LoopGraph("a loop that draws, gathers and scatters") { generator in
            var stream = RandomStream(seed: 41)
            let keys = stream.nextKeys(9)
            let table = generator.floats([11, 6])
            let loop = Tensor.loop(
                count: 9, carrying: [Tensor([1, 4, 10] as [Int32]), .zeros([11, 6])], over: [keys]
            ) { step in
                let noise = RandomStream.normal([3, 6], key: step.scanned[0])
                let found = table.gathered(at: step.state[0]) + noise
                let next = (step.state[0] * 3 + 1) % 13
                return (
                    [next, step.state[1] + .scatterAdd(found, at: next, rows: 11)],
                    [found.sum(axes: [0])]
                )
            }
            return loop.state + loop.outputs
        },
        LoopGraph("steps of a diffusion process") { generator in
            var stream = RandomStream(seed: 3)
            let keys = stream.nextKeys(12)
            let coefficients = generator.floats([12, 5, 7], in: 0.1...0.9)
            let weights = generator.floats([2, 2])
            let loop = Tensor.loop(
                count: 12, carrying: [generator.floats([5, 2])], over: [keys, coefficients], reversed: true
            ) { step in
                let x = step.state[0]
                let next = x.noiseStep(
                    .reverse(isClipped: true, isNoisy: true), prediction: x.matmul(weights).tanh(),
                    coefficients: step.scanned[1], key: step.scanned[0])
                return ([next], [])
            }
            return loop.state
        },
        LoopGraph("a loop in a loop") { generator in
            let rows = generator.floats([4, 3, 5])
            let factor = generator.floats([5])
            let outer = Tensor.loop(count: 4, carrying: [.zeros([5])], over: [rows]) { step in
                let inner = Tensor.loop(
                    count: 3, carrying: [step.state[0]], over: [step.scanned[0]]
                ) { inside in
                    let shift = (inside.index + step.index).cast(to: .float32)
                    let next = inside.state[0] * factor * 0.3 + inside.scanned[0] + shift
                    return ([next], [next.max(axes: [0])])
                }
                return ([inner.state[0] * 0.5], [inner.outputs[0]])
            }
            return outer.state + outer.outputs
        },
        LoopGraph("loops of no and of one iteration") { generator in
            let start = generator.floats([3])
            let none = Tensor.loop(count: 0, carrying: [start], over: [.zeros([0, 3])]) { step in
                ([step.state[0] + step.scanned[0]], [step.state[0] * 2])
            }
            let one = Tensor.loop(count: 1, carrying: [start]) { step in
                ([step.state[0] * 3], [step.state[0] * 2])
            }
            return none.state + none.outputs + one.state + one.outputs
        },
        LoopGraph("a loop of numbers of two bytes, an odd number of them") { generator in
            // Quarters, whose sums are exact.
            let start = (generator.integers([7], in: -9...9).cast(to: .float32) * 0.25).cast(to: .bfloat16)
            let rows = (generator.integers([5, 7], in: -9...9).cast(to: .float32) * 0.25).cast(to: .float16)
            let loop = Tensor.loop(count: 5, carrying: [start], over: [rows]) { step in
                let next = (step.state[0] + step.scanned[0]).cast(to: .bfloat16)
                return ([next], [next.cast(to: .float16)])
            }
            let loss = loop.outputs[0].sum() + (loop.state[0] * 2).sum()
            return loop.state + loop.outputs + gradients(of: loss, withRespectTo: [start, rows])
        },
        LoopGraph(manyValues) { generator in
            let weights = (0..<130).map { _ in generator.floats([3, 3], in: -0.5...0.5) }
            let rows = generator.floats([3, 2, 3])
            let loop = Tensor.loop(count: 3, carrying: [.zeros([2, 3])], over: [rows]) { step in
                let next = weights.reduce(step.state[0] + step.scanned[0]) { ($0.matmul($1) + $0).tanh() }
                return ([next], [next + 1])
            }
            return loop.state + loop.outputs
        },
    ]
}
