import GannetGraph

extension ConformanceCase {
    /// Every primitive on operands that are empty, of one element, prime, and such that no tile divides them; that
    /// are read in steps, stretched and backwards; and that hold special values.
    static let everywhere: [ConformanceCase] =
        elementwiseEverywhere + linesEverywhere + movementsEverywhere + contractionsEverywhere
        + stepsEverywhere

    /// Operands of a type in every shape and view.
    private static func operands(_ type: ScalarType, _ generator: inout SeededGenerator) -> [Tensor] {
        [
            generator.leaf([0, 3], type), generator.leaf([1, 1], type),
            generator.leaf([7, 134], type).slice(0..<134, axis: 1, step: 2),
            generator.leaf([67], type).broadcast(to: [5, 67]),
            generator.leaf([13, 67], type).flipped(axes: [0, 1]),
        ]
    }

    private static let elementwiseEverywhere: [ConformanceCase] = ScalarType.allCases.flatMap {
        type -> [ConformanceCase] in
        let (one, two, reductions) = (functionsOfOne(type), functionsOfTwo(type), reductions(type))
        return [one, two, castsAndChoices(type), reductions].filter { !$0.tensors.isEmpty }
    }

    private static func functionsOfOne(_ type: ScalarType) -> ConformanceCase {
        let functions = UnaryFunction.allCases.filter { $0.resultType(for: type) != nil }
        return ConformanceCase("functions of one \(type) everywhere") { generator in
            operands(type, &generator).flatMap { x -> [Graph] in
                functions.map {
                    Graph(tensor: .unary($0, x, name: "\($0)"), tolerance: tolerance(of: $0))
                }
            }
        }
    }

    private static func functionsOfTwo(_ type: ScalarType) -> ConformanceCase {
        let functions = BinaryFunction.allCases.filter { $0.resultType(for: type) != nil }
        return ConformanceCase("functions of two \(type) everywhere", .exact) { generator in
            let (left, right) = (operands(type, &generator), operands(type, &generator))
            return zip(left, right).flatMap { x, y -> [Tensor] in
                functions.map { .binary($0, x, y, name: "\($0)") }
            }
        }
    }

    private static func castsAndChoices(_ type: ScalarType) -> ConformanceCase {
        let targets = ScalarType.allCases.filter { $0 != type }
        return ConformanceCase("casts and choices of \(type) everywhere", .exact) { generator in
            let (left, right) = (operands(type, &generator), operands(type, &generator))
            var results: [Tensor] = []
            for (x, y) in zip(left, right) {
                results += [select(generator.booleans(x.shape), x, y), x.stoppingGradient()]
                results += targets.map { x.cast(to: $0) }
            }
            return results
        }
    }

    private static func reductions(_ type: ScalarType) -> ConformanceCase {
        let functions = ReductionFunction.allCases.filter { _ in type.isInteger || type == .float32 }
        return ConformanceCase("reductions of \(type) everywhere") { generator in
            operands(type, &generator).flatMap { x -> [Graph] in
                functions.map { function in
                    Graph(
                        tensor: reduced(function, x, [x.rank - 1]),
                        tolerance: tolerance(function, terms: x.shape[-1]))
                }
            }
        }
    }

    private static let linesEverywhere: [ConformanceCase] = [ScalarType.float32, .int32, .uint32].map {
        type in
        ConformanceCase("lines of \(type) everywhere") { generator in
            operands(type, &generator).flatMap { x -> [Graph] in
                let rounded: Tolerance = type == .float32 ? .absolute(1e-4) : .exact
                return [
                    Graph(tensor: x.cumulativeSum(), tolerance: rounded),
                    Graph(tensor: x.cumulativeProduct(), tolerance: rounded),
                    Graph(tensor: x.cumulativeMaximum(), tolerance: .exact),
                    Graph(tensor: x.cumulativeMinimum(isReversed: true), tolerance: .exact),
                    Graph(tensor: x.argsort(), tolerance: .exact),
                    Graph(tensor: x.argsort(isDescending: true), tolerance: .exact),
                ]
            }
        }
    }

    private static let movementsEverywhere: [ConformanceCase] = [
        ConformanceCase("movements of special values", .exact) { _ in
            let x = specials(.float32).slice(5..<65, axis: 0).reshape([5, 12])
            let indices = Tensor([4, 0, 9, 2] as [Int32])
            return [
                Tensor([.nan, .infinity, -.infinity, -0.0] as [BFloat16]).cast(to: .float32),
                x.transposed(), x.padded(low: [1, 0], high: [0, 2], value: -.infinity),
                .concatenate([x, x.flipped(axes: [1])], axis: 0), x.slice(0..<12, axis: 1, step: 5),
                x.broadcast(to: [2, 5, 12]), x.reshape([3, 20]), x.gathered(at: indices),
                .scatterAdd(x, at: Tensor([3, 1, 0, 2, 4] as [Int32]), rows: 5),
                specials(.float32).max(axes: [0]), x.min(axes: [0]),
            ]
        },
        ConformanceCase("sums of special values", .absolute(1e-4)) { _ in
            let x = specials(.float32).slice(5..<65, axis: 0).reshape([5, 12])
            return [x.slice(0..<3, axis: 0).sum(axes: [1])]
        },
        ConformanceCase("movements everywhere", .exact) { generator in
            let rows = generator.integers([67], in: 0...9)
            var results: [Tensor] = [.index(along: 0, of: [67, 1]), .index(along: 1, of: [1, 131])]
            for type in ScalarType.allCases {
                let table = generator.leaf([11, 2], type)
                let stretched = table.slice(0..<1, axis: 0).broadcast(to: [11, 2])
                results += [
                    table.slice(0..<11, axis: 0, step: 2).gathered(at: rows),
                    stretched.gathered(at: rows.flipped(axes: [0])),
                    .concatenate([table, table.flipped(axes: [1])], axis: 1),
                ]
            }
            return results
        },
    ]

    /// A leaf whose row 0 holds special values, where products with them are NaN or infinite as IEEE says.
    private static func withSpecials(_ x: Tensor) -> Tensor {
        let special = Tensor([.nan, .infinity, -.infinity, -0.0, 0] as [Float])
        let count = Swift.min(x.shape[-1], 5)
        let last = x.shape.extents.dropLast().reduce(1, *)
        var low = [0, 0]
        low[0] = last - 1
        let row = special.slice(0..<count, axis: 0).reshape([1, count])
            .padded(low: low, high: [0, x.shape[-1] - count])
        let isSpecial = Tensor.ones([1, count], type: .bool).padded(low: low, high: [0, x.shape[-1] - count])
        return select(isSpecial.reshape(x.shape), row.reshape(x.shape), x)
    }

    private static let contractionsEverywhere: [ConformanceCase] = [
        ConformanceCase("products of special values", .absolute(1e-4)) { generator in
            let a = generator.floats([7, 67])
            let b = generator.floats([67, 5])
            let special = withSpecials(a)
            return [
                special.matmul(b), a.matmul(withSpecials(b)), special.transposed().matmul(a),
                a.matmul(special, transposeB: true),
            ]
        },
        ConformanceCase("convolutions everywhere", .absolute(2e-4)) { generator in
            let filters = generator.floats([3, 3, 2, 3], in: -1...1)
            let images = [
                generator.floats([0, 5, 4, 2]),
                generator.floats([2, 5, 11, 2]).slice(0..<11, axis: 2, step: 2),
                generator.floats([1, 4, 5, 2]).broadcast(to: [3, 4, 5, 2]),
                generator.floats([1, 4, 67, 2]).flipped(axes: [1, 2]),
            ]
            return images.flatMap { x -> [Tensor] in
                let y = x.convolved(with: filters, padding: 1)
                let weights = generator.floats(y.shape)
                return [y, x.transposeConvolved(with: filters.permute(0, 1, 3, 2), stride: 2, padding: 1)]
                    + gradients(of: (y * weights).sum(), withRespectTo: [filters])
            }
        },
        ConformanceCase("convolutions of special values", .absolute(2e-4)) { generator in
            let x = withSpecials(generator.floats([1, 4, 5, 5]))
            let filters = generator.floats([3, 3, 5, 5], in: -1...1)
            let y = x.convolved(with: filters, padding: 1)
            return [
                y, x.transposeConvolved(with: filters, stride: 2, padding: 1),
                generator.floats([1, 4, 5, 5]).convolved(with: withSpecials(filters)),
            ] + gradients(of: y.sum(), withRespectTo: [filters])
        },
    ]

    private static let stepsEverywhere: [ConformanceCase] = [
        ConformanceCase("noise steps everywhere", .scaled(3e-6)) { generator in
            var stream = RandomStream(seed: 36)
            return steps.flatMap { kind -> [Tensor] in
                [
                    generator.floats([5, 134]).slice(0..<134, axis: 1, step: 2),
                    generator.floats([67]).broadcast(to: [3, 67]),
                    generator.floats([7, 13]).flipped(axes: [1]),
                    withSpecials(generator.floats([2, 7])),
                ].map { step(of: kind, $0, &stream, &generator).result }
            }
        }
    ]
}
