import GannetCompiler
import GannetGraph

/// Maps: every function, every conversion, random expressions.
extension KernelHarness {
    package static func specials(_ type: ScalarType) -> [ScalarOracle.Value] {
        switch type {
        case .float32:
            [
                0, -0.0, 1, -1, 0.5, 1.5, 2.5, -2.5, 3.7, -3.7, 1e-40, -1e-40, 1e10, -1e10, 3e9, -3e9,
                2_147_483_648,
                4_294_967_296, 4_294_967_040, -2_147_483_648, .infinity, -.infinity, .nan, 88, 100, -100,
                16_777_217, 8388609.5, 65519.99, 65520, 65536, 0x1.002p0, 0x1.006p0, 0x1.01p0, 0x1.03p0,
                0x1p-25,
                0x1.8p-25, 0x1.ffcp-15, 3.4e38,
            ].map { .float(Double(Float($0))) }
        case .int32: [0, 1, -1, 2, -2, 7, -7, 31, 32, 33, 1000, -1000, .max, .min, .min + 1].map { .int($0) }
        case .uint32:
            [0, 1, 2, 7, 31, 32, 33, 1000, 0x7FFF_FFFF, 0x8000_0000, .max, .max - 1, 16_777_217].map {
                .word($0)
            }
        case .bool: [.bool(false), .bool(true)]
        case .float16:
            [
                0, -0.0, 1, -1, 0.5, -2.5, 1.0009765625, 65504, -65504, 0x1p-14, 0x1p-24, -0x1.ff8p-15,
                .infinity,
                -.infinity, .nan,
            ].map { .float16($0) }
        case .bfloat16:
            [
                0, -0.0, 1, -1, 0.5, -2.5, 1.0078125, 0x1.fep127, -0x1.fep127, 0x1p-126, 0x1p-133,
                -0x1.fcp-127,
                .infinity, -.infinity, .nan,
            ].map { .bfloat16($0) }
        }
    }

    package func everyUnaryFunction() throws {
        for function in UnaryFunction.allCases {
            for type in ScalarType.allCases {
                guard let result = function.resultType(for: type) else { continue }
                var inputs = Self.specials(type)
                if function == .sine || function == .cosine { inputs.removeAll { abs($0.float) > 1e9 } }
                var expression = Expression()
                let x = expression.append(.load(input: 0, view: View(contiguous: [inputs.count])), type: type)
                let y = expression.append(.unary(function, x), type: result)
                expression.stores = [.init(value: y, output: 0)]
                try check(
                    .map(.init(shape: [inputs.count], expression: expression)), [inputs],
                    outputTypes: [result],
                    tolerance: 3e-7, scale: 1e-37, "\(function) \(type)")
            }
        }
    }

    package func everyBinaryFunction() throws {
        for function in BinaryFunction.allCases {
            for type in ScalarType.allCases {
                guard let result = function.resultType(for: type) else { continue }
                let inputs = Self.specials(type)
                let n = inputs.count
                var expression = Expression()
                let x = expression.append(
                    .load(input: 0, view: View(stages: [.init(shape: [n, n], strides: [0, 1])])), type: type)
                let y = expression.append(
                    .load(input: 0, view: View(stages: [.init(shape: [n, n], strides: [1, 0])])), type: type)
                let z = expression.append(.binary(function, x, y), type: result)
                expression.stores = [.init(value: z, output: 0)]
                try check(
                    .map(.init(shape: [n, n], expression: expression)), [inputs], outputTypes: [result],
                    tolerance: 0, "\(function) \(type)")
            }
        }
    }

    package func everyConversion() throws {
        for source in ScalarType.allCases {
            for target in ScalarType.allCases where source.convertsDirectly(to: target) {
                let inputs = Self.specials(source)
                var expression = Expression()
                let x = expression.append(
                    .load(input: 0, view: View(contiguous: [inputs.count])), type: source)
                let y = expression.append(.cast(x, target), type: target)
                expression.stores = [.init(value: y, output: 0)]
                try check(
                    .map(.init(shape: [inputs.count], expression: expression)), [inputs],
                    outputTypes: [target],
                    tolerance: 0, "\(source) to \(target)")
            }
        }
    }

    /// A random expression over inputs of all types seen through random views.
    package static func expression(
        _ shape: [Int], _ random: inout TestRandom, length: Int, accumulator: ScalarType? = nil
    ) -> (Expression, inputs: [[ScalarOracle.Value]]) {
        var expression = Expression()
        var inputs: [[ScalarOracle.Value]] = [(0..<4).map { .word($0 &* 0x9E37_79B9 &+ 12345) }]
        if let accumulator { _ = expression.append(.accumulator, type: accumulator) }
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let type = ScalarType.allCases.randomElement(using: &random)!
            let (view, count) = RandomViews.view(shape, &random)
            inputs.append(RandomViews.values(count, type, &random))
            _ = expression.append(.load(input: inputs.count - 1, view: view), type: type)
        }
        func pick(_ types: [ScalarType]) -> Int? {
            expression.types.indices.filter { types.contains(expression.types[$0]) }.randomElement(
                using: &random)
        }
        var made = 0
        while made < length {
            let count = expression.types.count
            switch Int.random(in: 0..<13, using: &random) {
            case 0:
                let type = ScalarType.allCases.randomElement(using: &random)!
                let literal = Literal(
                    Double(Int.random(in: type == .int32 ? -3...3 : 0...1, using: &random)), type: type)
                _ = expression.append(.literal(literal), type: type)
            case 1:
                _ = expression.append(.position(view: RandomViews.view(shape, &random).0), type: .int32)
            case 2:
                _ = expression.append(.isInBounds(view: RandomViews.view(shape, &random).0), type: .bool)
            case 3:
                let view = RandomViews.view(shape, &random).0
                if view.isBounded { continue }
                _ = expression.append(.randomBits(key: 0, view: view), type: .uint32)
            case 4:
                guard let index = pick([.int32]) else { continue }
                let type = ScalarType.allCases.randomElement(using: &random)!
                let (view, count) = RandomViews.view(shape, &random)
                let rows = Int.random(in: 1...6, using: &random)
                inputs.append(RandomViews.values(count * rows, type, &random))
                _ = expression.append(
                    .gather(input: inputs.count - 1, index: index, rows: rows, rowStride: count, view: view),
                    type: type)
            case 5...6:
                guard let c = pick([.bool]), let x = pick(ScalarType.allCases),
                    let y = pick([expression.types[x]])
                else { continue }
                _ = expression.append(.select(c, x, y), type: expression.types[x])
            case 7:
                guard let x = pick([.int32, .uint32, .bool, .float16, .bfloat16]) else { continue }
                let type = ScalarType.allCases.randomElement(using: &random)!
                guard expression.types[x].convertsDirectly(to: type) else { continue }
                _ = expression.append(.cast(x, type), type: type)
            case 8:
                // Functions whose values another rounding would not turn into something else.
                let function = [UnaryFunction.negate, .absolute, .sign, .not, .normalQuantile].randomElement(
                    using: &random)!
                guard let x = pick(ScalarType.allCases),
                    let type = function.resultType(for: expression.types[x])
                else { continue }
                _ = expression.append(.unary(function, x), type: type)
            default:
                let function = BinaryFunction.allCases.randomElement(using: &random)!
                guard let x = pick(ScalarType.allCases), let y = pick([expression.types[x]]),
                    let type = function.resultType(for: expression.types[x])
                else { continue }
                _ = expression.append(.binary(function, x, y), type: type)
            }
            made += expression.types.count - count
        }
        return (expression, inputs)
    }

    package func randomExpressions(seed: Int) throws {
        var random = TestRandom(seed: UInt64(seed) &* 7919 &+ 1)
        let shape = RandomViews.shape(&random)
        var (expression, inputs) = Self.expression(
            shape, &random, length: Int.random(in: 1...30, using: &random))
        var outputTypes: [ScalarType] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let value = expression.types.indices.randomElement(using: &random)!
            expression.stores.append(.init(value: value, output: outputTypes.count))
            outputTypes.append(expression.types[value])
        }
        try check(
            .map(.init(shape: shape, expression: expression)), inputs, outputTypes: outputTypes, tolerance: 0,
            "seed \(seed)")
    }

    package func largeMaps() throws {
        var random = TestRandom(seed: 5)
        let shape = [50, 4, 399]
        let inputs = [
            RandomViews.values(50 * 4 * 399, .float32, &random), RandomViews.values(399, .float32, &random),
            RandomViews.values(50, .float32, &random),
        ]
        var expression = Expression()
        let x = expression.append(.load(input: 0, view: View(contiguous: shape)), type: .float32)
        let b = expression.append(
            .load(input: 1, view: View(stages: [.init(shape: shape, strides: [0, 0, 1])])), type: .float32)
        let c = expression.append(
            .load(input: 2, view: View(stages: [.init(shape: shape, strides: [1, 0, 0])])), type: .float32)
        let e = expression.append(.unary(.exponential, x), type: .float32)
        let s = expression.append(.binary(.multiply, e, b), type: .float32)
        let t = expression.append(.binary(.add, s, c), type: .float32)
        expression.stores = [.init(value: t, output: 0), .init(value: e, output: 1)]
        try check(
            .map(.init(shape: shape, expression: expression)), inputs, outputTypes: [.float32, .float32],
            tolerance: 1e-6, scale: 10)
    }
}
