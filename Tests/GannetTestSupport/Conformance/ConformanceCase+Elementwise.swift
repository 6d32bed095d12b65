import GannetGraph

extension ConformanceCase {
    /// Functions of elements, on every type they are defined for, with every special value.
    static let elementwise: [ConformanceCase] = unary + binary + casts + selection + everyShape

    /// Shapes with empty, unit and odd extents.
    static let shapes: [Shape] = [
        [], [0], [1], [7], [64], [1001], [3, 5], [1, 9], [9, 1], [2, 0, 3], [1, 1, 1], [17, 33], [4, 1, 6],
        [2, 3, 4, 5],
    ]

    /// The values at which functions and conversions differ most easily.
    static func specials(_ type: ScalarType) -> Tensor {
        switch type {
        case .float32: Tensor(specialFloats)
        case .int32:
            Tensor(
                [.min, .min + 1, -100_000, -33, -7, -1, 0, 1, 2, 3, 31, 32, 33, .max - 1, .max] as [Int32])
        case .uint32:
            Tensor(
                [0, 1, 2, 3, 31, 32, 33, 65_536, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0001, .max - 1, .max]
                    as [UInt32])
        case .bool: Tensor([false, true])
        // Every number there is.
        case .float16, .bfloat16:
            (0...UInt16.max).map { $0 }.withUnsafeBytes {
                Tensor(copying: $0, shape: [1 << 16], scalarType: type)
            }
        }
    }

    private static let specialFloats: [Float] = {
        let positive: [Float] = [
            0, 1e-30, 1e-8, 0.1, 0.499_999_97, 0.5, 0.75, 1, 1.000_000_1, 1.5, 2, 2.5, 3, 3.141_592_7, 10, 42,
            87.5,
            88.72, 88.73, 104, 1000.5, 99_999.5, 8_388_609, 16_777_216, 1e10, 2_147_483_520, 2_147_483_648,
            4_294_967_040, 4_294_967_296, 1e20, 3.4e38, .infinity,
        ]
        return positive + positive.map { -$0 } + [.nan]
    }()

    /// The numbers that a function is tried on: special ones and many in the range that matters.
    private static func arguments(
        for function: UnaryFunction, _ generator: inout SeededGenerator
    ) -> Tensor {
        let range: ClosedRange<Float> =
            switch function {
            case .exponential: -90...89
            case .logarithm, .squareRoot: 0...50
            case .sine, .cosine: -100...100
            case .hyperbolicTangent, .errorFunction: -5...5
            default: -10...10
            }
        var values = specialFloats
        if function == .sine || function == .cosine {
            values.removeAll { $0.isFinite && abs($0) > 1e5 }
            values += (0..<1000).map { _ in generator.float(in: -1e5...1e5) }
        }
        values += (0..<2000).map { _ in generator.float(in: range) }
        values += (0..<500).map { _ in generator.float(in: -1...1) }
        if function == .logarithm { values += (0..<500).map { _ in generator.float(in: 0.9...1.1) } }
        return Tensor(values)
    }

    static func tolerance(of function: UnaryFunction) -> Tolerance {
        switch function {
        case .exponential, .logarithm, .sine, .cosine, .hyperbolicTangent: .ulps(2)
        case .errorFunction: .ulps(4)
        default: .exact
        }
    }

    private static let unary: [ConformanceCase] = UnaryFunction.allCases.map { function in
        ConformanceCase("unary \(function)") { generator in
            ScalarType.allCases.filter { function.resultType(for: $0) != nil }.flatMap { type -> [Graph] in
                var operands = [specials(type), generator.leaf([37], type)]
                if type == .float32 { operands = [arguments(for: function, &generator)] }
                if function == .normalQuantile { operands.append(generator.words([10_000])) }
                return operands.map {
                    Graph(
                        tensor: .unary(function, $0, name: "\(function)"), tolerance: tolerance(of: function))
                }
            }
        }
    }

    private static let binary: [ConformanceCase] = BinaryFunction.allCases.map { function in
        ConformanceCase("binary \(function)", .exact) { generator in
            ScalarType.allCases.filter { function.resultType(for: $0) != nil }.flatMap { type -> [Tensor] in
                let values = specials(type)
                let count = values.count
                let rows = values.reshape([count, 1])
                // Every pair of special values; then as many random ones, as vectors of one stride.
                return [
                    .binary(function, rows, values, name: "\(function)"),
                    .binary(
                        function, generator.leaf([777], type), generator.leaf([777], type),
                        name: "\(function)"),
                    .binary(function, values, values, name: "\(function)"),
                ]
            }
        }
    }

    private static let casts: [ConformanceCase] = ScalarType.allCases.map { source in
        ConformanceCase("cast from \(source)", .exact) { generator in
            ScalarType.allCases.flatMap { target in
                [specials(source).cast(to: target), generator.leaf([129], source).cast(to: target)]
            }
        }
    }

    private static let selection: [ConformanceCase] = [
        ConformanceCase("select of every type", .exact) { generator in
            ScalarType.allCases.map { type in
                select(
                    generator.booleans([5, 21]), generator.leaf([5, 21], type), generator.leaf([5, 1], type))
            }
        },
        ConformanceCase("select keeps what is not chosen out", .exact) { generator in
            let x = generator.floats([99])
            let nothing = Tensor.full(Float.nan, shape: [99])
            return [
                select(x .< 0, x, nothing), select(x .< 0, nothing, x), select(x .< 0, 1 / (x - x), 2),
                select(x.isNaN(), 1, x), select((x / 0).isFinite(), 1, x),
            ]
        },
    ]

    private static let everyShape: [ConformanceCase] = [
        ConformanceCase("element-wise in every shape", .exact) { generator in
            shapes.flatMap { shape -> [Tensor] in
                let x = generator.floats(shape)
                return [x + generator.floats(shape), -x, x * 3, x .< 0, x.cast(to: .int32), x.abs().sqrt()]
            }
        },
        ConformanceCase("broadcasting in every direction", .exact) { generator in
            let shapes: [Shape] = [
                [], [5], [3, 1], [3, 5], [2, 1, 1], [2, 3, 5], [1, 5], [2, 1, 5], [0, 3, 1],
            ]
            var results: [Tensor] = []
            for a in shapes {
                for b in shapes where Shape.broadcast(a, b) != nil {
                    results.append(generator.floats(a) - generator.floats(b))
                }
            }
            return results
        },
        ConformanceCase("run-time scalars and literals", .exact) { generator in
            let x = generator.floats([33])
            let rate: Float = 0.3
            return [x * rate, rate - x, x * 0.3, 1 - x, x / 3, 2 / x, x + Tensor(rate), Tensor(rate) * 2]
        },
    ]
}
