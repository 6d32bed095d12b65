import GannetGraph
import GannetTestSupport

/// A random graph of what networks do with rows: normalisation, softmax, sums over what follows the first axes, functions of
/// single elements; now and then something that mixes rows. And its gradients, at times.
struct RowGraph {
    let results: [Tensor]
    let inputs: [Tensor]

    init(_ generator: inout SeededGenerator) {
        let rows = generator.element(of: [2, 3, 4, 7, 16, 24, 60, 128])
        let extents = (0..<generator.integer(in: 1...3)).map { _ in
            generator.element(of: [1, 2, 3, 4, 8, 12, 33, 65, 128])
        }
        let shape = Shape([rows] + (extents.reduce(1, *) > 20_000 ? [33, 5] : extents))
        inputs = (0..<3).map { _ in generator.floats(shape) }
        var entries = inputs
        for _ in 0..<generator.integer(in: 3...12) {
            let recent = Swift.max(entries.count - 3, 0)
            let x = entries[generator.integer(in: recent...entries.count - 1)]
            let y = entries[generator.integer(in: 0...entries.count - 1)]
            entries.append(Self.step(x, y, &generator))
        }
        var results = [entries[entries.count - 1]]
        if generator.integer(in: 0...2) == 0 {
            results.append(entries[generator.integer(in: 3...entries.count - 1)])
        }
        if generator.integer(in: 0...1) == 0 {
            let loss = results.map { $0.mean() }.reduce(Tensor(0.5 as Float)) { $0 + $1 }
            results += gradients(of: loss, withRespectTo: [inputs[0]])
        }
        self.results = results
    }

    private static func step(_ x: Tensor, _ y: Tensor, _ generator: inout SeededGenerator) -> Tensor {
        let rank = x.shape.rank
        let trailing = Array(generator.integer(in: 1...rank - 1)..<rank)
        switch generator.integer(in: 0...12) {
        case 0, 1:
            let centred = x - x.mean(axes: trailing, keepsAxes: true)
            return centred / (centred.squared().mean(axes: trailing, keepsAxes: true) + 1e-5).sqrt()
        case 2, 3: return x.softmax(axis: rank - 1)
        case 4: return x - x.max(axes: trailing, keepsAxes: true)
        case 5: return x.gelu()
        case 6: return x.silu() + y
        case 7: return x * y.sum(axes: trailing, keepsAxes: true)
        case 8:
            // Groups: the first axis apart from the last, those between summed.
            let axes = rank > 2 ? Array(1..<rank - 1) : [rank - 1]
            return x * 0.5 + y.min(axes: axes, keepsAxes: true)
        case 9: return x.flipped(axes: [generator.integer(in: 0...rank - 1)]) + y
        case 10: return x + y.mean(axes: [0], keepsAxes: true)
        case 11:
            return x.reshape([x.count]).reshape(x.shape)
                - y.reshape([x.shape[0], x.count / x.shape[0]])
                .max(axes: [1], keepsAxes: true).reshape(
                    Shape([x.shape[0]] + [Int](repeating: 1, count: rank - 1)))
        default: return select(x .> y, x, y.squared())
        }
    }
}
