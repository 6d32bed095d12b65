import GannetGraph

extension ConformanceCase {
    /// Rearrangements, alone and on top of one another: results are exact.
    static let movement: [ConformanceCase] = singleMovements + stackedMovements

    private static let singleMovements: [ConformanceCase] = [
        ConformanceCase("reshape", .exact) { generator in
            let x = generator.floats([4, 6])
            return [
                x.reshape([24]), x.reshape([2, 3, 2, 2]), x.reshape([1, 24, 1]), (x + 1).reshape([3, 8]),
                generator.floats([]).reshape([1, 1]), generator.floats([1, 1]).reshape([]),
                generator.floats([0, 4]).reshape([2, 0]), generator.booleans([4, 5]).reshape([20]),
            ]
        },
        ConformanceCase("permute", .exact) { generator in
            let x = generator.floats([3, 4, 5])
            let orders = [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
            return orders.map { x.permute(order: $0) } + orders.map { (x * 2).permute(order: $0) + 1 }
                + [
                    generator.floats([0, 3]).transposed(), generator.floats([70, 45]).transposed(),
                    generator.booleans([6, 7]).transposed(), generator.integers([1, 5]).transposed(),
                    generator.floats([2, 3, 2, 3, 2]).permute(4, 1, 3, 0, 2),
                ]
        },
        ConformanceCase("broadcast", .exact) { generator in
            [
                generator.floats([]).broadcast(to: [3, 4]), generator.floats([4]).broadcast(to: [3, 4]),
                generator.floats([3, 1]).broadcast(to: [3, 4]),
                generator.floats([2, 1, 3, 1]).broadcast(to: [2, 5, 3, 4]),
                generator.floats([1]).broadcast(to: [0]),
                generator.booleans([3, 1]).broadcast(to: [2, 3, 2]),
                .full(Int32(7), shape: [5]), .zeros([3, 3]), .ones([2], type: .bool), .literal(Float(2.5)),
            ]
        },
        ConformanceCase("slice", .exact) { generator in
            let x = generator.floats([5, 7])
            return [
                x.slice(1..<4, axis: 0), x.slice(2..<2, axis: 1), x.slice(0..<7, axis: 1, step: 3),
                x.slice(1..<7, axis: -1, step: 2).slice(0..<5, axis: 0, step: 4), x.element(3, axis: 1),
                x.flipped(axes: [0]), x.flipped(axes: [0, 1]), x.flipped(axes: [1]).slice(2..<5, axis: 1),
                (x + 1).flipped(axes: [1]), generator.floats([0, 3]).flipped(axes: [0, 1]),
                x.slice(0..<7, axis: 1, step: 2).flipped(axes: [1]), generator.words([9]).flipped(axes: [0]),
                // A stride of −2, which no single function of the interface gives.
                Node.make(
                    .slice(starts: [4, 6], strides: [-2, -3]), [x], shape: [3, 3], name: "slice",
                    file: #fileID, line: #line),
            ]
        },
        ConformanceCase("pad", .exact) { generator in
            let x = generator.floats([3, 4])
            return [
                x.padded(low: [1, 0], high: [0, 2]), x.padded(low: [0, 3], high: [2, 1], value: -1.5),
                x.padded(low: [2, 2], high: [2, 2], value: -.infinity),
                generator.floats([0, 2]).padded(low: [1, 1], high: [1, 0], value: 4),
                generator.integers([5]).padded(low: [2], high: [3], value: -3),
                generator.words([5]).padded(low: [0], high: [3], value: 9),
                generator.booleans([5]).padded(low: [1], high: [1], value: 1),
                (x + 1).padded(low: [1, 1], high: [1, 1]) * 2,
                x.exp().padded(low: [1, 1], high: [1, 1]).log().sign(),
            ]
        },
        ConformanceCase("concatenate", .exact) { generator in
            let x = generator.floats([2, 3])
            let y = generator.floats([2, 4])
            let z = generator.floats([5, 3])
            return [
                .concatenate([x, y], axis: 1), .concatenate([x, z, x], axis: 0),
                .concatenate([x, generator.floats([0, 3]), z], axis: 0),
                .concatenate([x + 1, y.abs(), x], axis: -1),
                .concatenate([x.transposed(), z.transposed()], axis: 1),
                .concatenate([x, x.flipped(axes: [0])], axis: 0) * 2,
                .concatenate((0..<20).map { _ in generator.floats([3]) }, axis: 0),
                .concatenate([generator.booleans([3]), generator.booleans([2])], axis: 0),
                .concatenate([Tensor.full(Float(1), shape: [2, 2]), x], axis: 1),
                .concatenate([Tensor.range(3), generator.integers([2])], axis: 0),
            ]
        },
        ConformanceCase("index", .exact) { _ in
            [
                .range(9), .index(along: 1, of: [3, 4]), .index(along: 0, of: [3, 4]).transposed(), .range(0),
                .index(along: 1, of: [3, 4, 2]).reshape([4, 6]), .range(10).slice(1..<9, axis: 0, step: 3),
                .range(5).padded(low: [2], high: [1], value: -1), Tensor.range(6).cast(to: .float32) * 0.5,
                .range(4).reshape([4, 1]) .<= .range(4),
            ]
        },
    ]

    private static let stackedMovements: [ConformanceCase] =
        [
            ConformanceCase("reshape of what is not contiguous", .exact) { generator in
                let x = generator.floats([4, 6])
                let y = generator.floats([2, 3, 4])
                return [
                    x.transposed().reshape([4, 6]),
                    x.transposed().reshape([24]).reshape([3, 8]).transposed(),
                    y.permute(2, 0, 1).reshape([8, 3]).transposed().reshape([2, 12]),
                    x.padded(low: [1, 1], high: [0, 1]).reshape([5, 2, 4]).permute(1, 2, 0).reshape([8, 5]),
                    generator.floats([3, 1]).broadcast(to: [3, 4]).reshape([12]),
                    generator.floats([1, 4]).broadcast(to: [3, 4]).reshape([2, 6]).transposed(),
                    x.flipped(axes: [0, 1]).reshape([3, 8]), x.slice(0..<6, axis: 1, step: 2).reshape([12]),
                    Tensor.concatenate([x, x.flipped(axes: [1])], axis: 0).reshape([6, 8]).transposed(),
                    x.padded(low: [0, 2], high: [0, 2]).reshape([40]).slice(3..<37, axis: 0),
                    x.transposed().padded(low: [1, 0], high: [1, 0], value: 8).reshape([4, 8]),
                ]
            },
            ConformanceCase("windows of windows", .exact) { generator in
                let x = generator.floats([6, 5])
                let padded = x.padded(low: [2, 1], high: [1, 2], value: 3)
                return [
                    padded.slice(1..<8, axis: 0, step: 2),
                    padded.flipped(axes: [0, 1]).slice(0..<4, axis: 1),
                    padded.padded(low: [0, 1], high: [1, 0], value: 5).transposed(),
                    padded.slice(0..<2, axis: 0), padded.slice(3..<5, axis: 0).slice(2..<4, axis: 1),
                    Tensor.concatenate([padded, padded], axis: 1).slice(5..<12, axis: 1, step: 2),
                    Tensor.concatenate(
                        [
                            Tensor.concatenate([x, x], axis: 0).flipped(axes: [0]),
                            padded.slice(0..<5, axis: 1),
                        ],
                        axis: 0
                    ).transposed(),
                ]
            },
        ]
        + (0..<10).map { block in
            ConformanceCase("chains of movements, block \(block)", .exact) { generator in
                (0..<25).map { _ in movementChain(&generator) }
            }
        }

    /// A leaf with two to six random movements on it, some with arithmetic between.
    private static func movementChain(_ generator: inout SeededGenerator) -> Tensor {
        let rank = generator.integer(in: 1...4)
        let extents = (0..<rank).map { _ in generator.element(of: [1, 2, 3, 4, 5, 6]) }
        var x = generator.leaf(
            Shape(extents), generator.element(of: [.float32, .float32, .int32, .bool, .bfloat16]))
        for _ in 0..<generator.integer(in: 2...6) {
            if x.scalarType == .float32, generator.integer(in: 0...3) == 0 { x = -x }
            x = moved(x, &generator)
        }
        return x
    }

    /// One random movement of `x`.
    static func moved(_ x: Tensor, _ generator: inout SeededGenerator) -> Tensor {
        let axis = x.rank == 0 ? 0 : generator.integer(in: 0...x.rank - 1)
        let extents = x.shape.extents
        switch generator.integer(in: 0...7) {
        case 0: return x.permute(order: Array(0..<x.rank).shuffled(using: &generator))
        case 1: return x.reshape(Shape(refactored(x.count, &generator)))
        case 2 where x.rank > 0: return x.flipped(axes: [axis])
        case 3 where x.rank > 0 && extents[axis] > 1:
            let start = generator.integer(in: 0...extents[axis] - 1)
            let end = generator.integer(in: start + 1...extents[axis])
            return x.slice(start..<end, axis: axis, step: generator.integer(in: 1...2))
        case 4 where x.count < 500:
            return x.padded(
                low: extents.map { _ in generator.integer(in: 0...1) },
                high: extents.map { _ in generator.integer(in: 0...2) }, value: 1)
        case 5 where x.rank > 0 && x.count < 500:
            return .concatenate([x, x.flipped(axes: [axis])], axis: axis)
        case 6 where x.count < 500:
            var stretched = extents
            stretched.insert(1, at: axis)
            var target = stretched
            target[axis] = generator.integer(in: 1...3)
            return x.reshape(Shape(stretched)).broadcast(to: Shape(target))
        default: return x.flattened()
        }
    }

    /// Up to four extents whose product is `count`.
    private static func refactored(_ count: Int, _ generator: inout SeededGenerator) -> [Int] {
        if count == 0 { return [0, 3] }
        var rest = count
        var extents: [Int] = []
        for _ in 0..<generator.integer(in: 0...3) {
            let divisors = (1...rest).filter { rest % $0 == 0 }
            extents.append(generator.element(of: divisors))
            rest /= extents[extents.count - 1]
        }
        extents.insert(rest, at: generator.integer(in: 0...extents.count))
        return extents
    }
}
