import GannetGraph

extension ConformanceCase {
    /// Numbers stored in half precision: rounded, moved at places of two bytes, read by arithmetic, differentiated.
    static let halves: [ConformanceCase] =
        [ScalarType.float16, .bfloat16].flatMap { type in
            [
                ConformanceCase("rounding to \(type)", .exact) { generator in
                    let numbers = aroundMiddles(type)
                    // Whatever the exponent and the sign, NaN and infinities among them.
                    let words = Tensor(
                        (0..<20_000).map { _ in
                            Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
                        })
                    return [
                        numbers.cast(to: type), numbers.cast(to: type).cast(to: .float32),
                        words.cast(to: type), words.cast(to: type).cast(to: .float32),
                        (words.slice(0..<4097, axis: 0) * 1).cast(to: type).cast(to: .float32) * 0.5,
                        generator.words([500]).cast(to: type), generator.booleans([37]).cast(to: type),
                    ]
                },
                ConformanceCase("every \(type)", .exact) { _ in
                    let all = specials(type)
                    return [
                        all, all.cast(to: .float32), all.cast(to: .float32).cast(to: type),
                        -all.slice(3..<65_535, axis: 0), all.reshape([256, 256]).transposed(),
                        all.cast(to: .int32), all.cast(to: .bool), all .< all.flipped(axes: [0]),
                    ]
                },
                ConformanceCase("movement of \(type)", .exact) { moved(type, &$0) },
                ConformanceCase("arithmetic with \(type)", .scaled(3e-6)) { computed(type, &$0) },
                ConformanceCase("loops of \(type)", .scaled(1e-5)) { looped(type, &$0) },
                ConformanceCase("gradients through \(type)", .scaled(1e-5)) { differentiated(type, &$0) },
            ]
        } + [trainingStep]

    /// Numbers of a type, what lies in the middle between two, and the `float32` numbers on both sides of that.
    private static func aroundMiddles(_ type: ScalarType) -> Tensor {
        var numbers: [Float] = []
        for bits in stride(from: UInt32(0), to: type == .float16 ? 0x7C00 : 0x7F80, by: 37) {
            let low = Literal(type: type, bits: bits).floatValue
            let high = Literal(type: type, bits: bits + 1).floatValue
            // The number behind the largest would be a power of two.
            let middle =
                high.isFinite ? low / 2 + high / 2 : low + low.ulp * (type == .float16 ? 4096 : 32_768)
            for x in [low, middle.nextDown, middle, middle.nextUp] { numbers += [x, -x] }
        }
        for x in [65_504, 65_519.996, 65_520, 65_536, 0x1.fefffep127, 0x1.ffp127] as [Float] {
            numbers += [x, -x]
        }
        return Tensor(numbers + [.nan, .infinity, -.infinity])
    }

    /// Odd extents and offsets, so that rows begin at every second byte.
    private static func moved(_ type: ScalarType, _ generator: inout SeededGenerator) -> [Tensor] {
        let x = generator.halves([5, 37], type)
        let y = generator.halves([3, 37], type)
        let column = generator.halves([5, 1], type)
        let indices = generator.integers([7], in: -1...5)
        return [
            x, x.flattened().slice(1..<184, axis: 0), x.slice(1..<36, axis: 1), x.transposed(),
            x.slice(1..<4, axis: 0).slice(3..<36, axis: 1, step: 3), x.flipped(axes: [0, 1]),
            x.padded(low: [1, 3], high: [0, 2], value: 0.1), x.padded(low: [0, 1], high: [1, 0]),
            .concatenate([x, y], axis: 0), .concatenate([x, column, x.slice(0..<4, axis: 1)], axis: 1),
            .concatenate([x.flattened().slice(3..<10, axis: 0), y.flattened()], axis: 0),
            column.broadcast(to: [5, 19]), x.gathered(at: indices),
            x.flattened().slice(1..<112, axis: 0).gathered(at: indices),
            x.transposed().gathered(at: indices * 3), select(generator.booleans([5, 37]), x, column),
            select(generator.booleans([5, 37]), x, 0.1), x.stoppingGradient().reshape([37, 5]),
            generator.halves([0, 3], type).transposed(), generator.halves([1], type), .zeros([7], type: type),
            x.cast(to: .float32).cast(to: type), x.element(2, axis: 1), .ones([3], type: type),
            generator.halves([3, 700], type).slice(1..<700, axis: 1),
        ]
    }

    /// Arithmetic reads halves as `float32`, and its results are `float32`.
    private static func computed(_ type: ScalarType, _ generator: inout SeededGenerator) -> [Tensor] {
        let x = generator.halves([7, 33], type)
        let y = generator.halves([33, 5], type)
        let z = generator.floats([7, 33])
        let rounded = z.cast(to: type)
        let results = [
            x + x, x * z, x.exp(), x.sum(axes: [1]), x.matmul(y), rounded.matmul(y).cast(to: .float32),
            select(x .< rounded, x, z),
            // One value that several read, stored in half precision.
            (z * 0.5).cast(to: type) * 3, (z * 0.5).cast(to: type).sum(axes: [0]),
            (z * 0.5).cast(to: type).transposed(),
        ]
        // The other type differs in how elements are read and written, and compiling takes its time.
        if type == .float16 { return results }
        let images = generator.halves([2, 5, 4, 3], type)
        let filters = generator.halves([3, 3, 3, 4], type)
        return results + [
            2 * x, x / 3, -x, x.relu(), x.clamped(to: -0.1...0.1), x.raised(to: 1), x.raised(to: 3),
            x.softmax(),
            x.sum(), x.max(axes: [0]), x.mean(), x.variance(axes: [1]), (x * rounded).sum(axes: [1]),
            x.transposed().matmul(rounded), (x + z).matmul(y), images.convolved(with: filters, padding: 1),
            images.transposeConvolved(with: filters.permute(0, 1, 3, 2).slice(0..<3, axis: 2)),
            .scatterAdd(x, at: generator.integers([7], in: -1...3), rows: 3), maximum(x, z), x .== x,
            generator.halves([3, 5000], type).sum(axes: [1]),
            generator.halves([5000, 3], type).sum(axes: [0]),
        ]
    }

    private static func looped(_ type: ScalarType, _ generator: inout SeededGenerator) -> [Tensor] {
        // Small multiples of ¼: sums are exact, so that all devices round the same numbers.
        func quarters(_ shape: Shape) -> Tensor {
            (generator.integers(shape, in: -5...5).cast(to: .float32) * 0.25).cast(to: type)
        }
        let start = quarters([3, 5])
        let rows = quarters([4, 3, 5])
        return (type == .float16 ? [true] : [false, true]).flatMap { reversed -> [Tensor] in
            let loop = Tensor.loop(count: 4, carrying: [start], over: [rows], reversed: reversed) { step in
                let next = (step.state[0] + step.scanned[0]).cast(to: type)
                return ([next], [next, next.transposed() * 2])
            }
            let loss = (loop.outputs[1] * loop.outputs[1]).sum() + loop.state[0].sum()
            return loop.state + loop.outputs + gradients(of: loss, withRespectTo: [start, rows])
        }
    }

    /// Gradients come back in the type of what they are of.
    private static func differentiated(_ type: ScalarType, _ generator: inout SeededGenerator) -> [Tensor] {
        let weights = generator.halves([6, 3], type)
        let master = generator.floats([6, 3])
        let x = generator.integers([5, 6], in: -2...2).cast(to: .float32)
        let indices = generator.integers([4], in: 0...5)
        let loss =
            x.matmul(weights).sum() + (x.matmul(master.cast(to: type)) * 0.5).sum()
            + weights.slice(1..<6, axis: 0, step: 2).flipped(axes: [1]).sum()
            + weights.gathered(at: indices).padded(low: [1, 0], high: [0, 2]).sum()
            + Tensor.concatenate([weights, weights.slice(0..<1, axis: 0)], axis: 0).max()
            + select(master .< 0, weights, 0).broadcast(to: [2, 6, 3]).sum()
        return gradients(of: loss, withRespectTo: [weights, master, x])
            + gradients(of: x.sum(), withRespectTo: [weights])
    }

    /// A step of gradient descent on weights that the model reads in `bfloat16` and the optimizer keeps in `float32`.
    private static var trainingStep: ConformanceCase {
        ConformanceCase("a step with master weights", .scaled(5e-3)) { generator in
            let (w, b) = (generator.floats([20, 7]), generator.floats([7]))
            let (w2, target) = (generator.floats([7, 1]), generator.floats([16, 1]))
            let x = generator.floats([16, 20])
            let hidden = (x.matmul(w.cast(to: .bfloat16)) + b.cast(to: .bfloat16)).tanh().cast(to: .bfloat16)
            let loss = (hidden.matmul(w2.cast(to: .bfloat16)) - target).squared().mean()
            let all = [w, b, w2]
            return [loss]
                + zip(all, gradients(of: loss, withRespectTo: all)).flatMap { [$0 - 0.1 * $1, $1] }
        }
    }
}
