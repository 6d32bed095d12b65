import GannetCompiler
import GannetGraph

/// Reductions over every kind of axes.
extension KernelHarness {
    package static func reduce(
        _ function: ReductionFunction, _ type: ScalarType, _ shape: [Int], _ isReduced: [Bool]
    ) -> Kernel {
        var prologue = Expression()
        _ = prologue.append(.load(input: 0, view: View(contiguous: shape)), type: type)
        var epilogue = Expression()
        let x = epilogue.append(.accumulator, type: type)
        epilogue.stores = [.init(value: x, output: 0)]
        return .reduce(
            .init(
                function: function, type: type, shape: shape, isReduced: isReduced, prologue: prologue,
                epilogue: epilogue))
    }

    package static let reductions: [([Int], [Bool])] = [
        ([], []), ([1], [true]), ([7], [true]), ([1000], [true]), ([100_003], [true]),
        ([128, 400], [true, false]),
        ([128, 400], [false, true]), ([3, 1500], [false, true]), ([1500, 3], [true, false]),
        ([1000, 3], [false, true]),
        ([5, 700], [true, false]), ([3, 5, 7], [false, true, false]), ([3, 5, 7], [true, false, true]),
        ([4, 3, 5, 6], [true, false, true, false]), ([4, 3, 5, 6], [false, true, false, true]),
        ([2, 60, 520], [true, false, true]), ([0, 5], [true, false]), ([5, 0], [false, true]),
        ([5, 0], [true, false]),
        ([0], [true]), ([6, 1, 4], [false, true, false]), ([6, 4], [false, false]),
        ([2, 3, 0, 4], [true, false, true, false]),
        ([300, 700], [true, true]), ([600, 90], [true, false]),
        ([64, 2, 2, 32], [true, false, true, false]),
    ]

    /// A reduction of one of ``reductions``; unless all are asked for, of one type a function.
    package func everyReduction(number: Int, everyType: Bool = true) throws {
        let (shape, isReduced) = Self.reductions[number]
        var random = TestRandom(seed: 3)
        let types = [ScalarType.float32, .int32, .uint32]
        for (function, only) in zip(ReductionFunction.allCases, types) {
            for type in everyType ? types : [only] {
                let inputs = RandomViews.values(max(shape.reduce(1, *), 1), type, &random)
                try check(
                    Self.reduce(function, type, shape, isReduced), [inputs], outputTypes: [type],
                    tolerance: 5e-7, scale: Double(shape.reduce(1, *)).squareRoot(),
                    "\(function) \(type) \(shape) \(isReduced)")
            }
        }
    }

    package func extremesPropagateNaN() throws {
        for position in [0, 3, 17, 999, 1200] {
            var inputs = (0..<1201).map { ScalarOracle.Value.float(Double($0)) }
            inputs[position] = .float(.nan)
            for function in [ReductionFunction.maximum, .minimum] {
                try check(
                    Self.reduce(function, .float32, [1201], [true]), [inputs], outputTypes: [.float32])
            }
        }
    }

    package func longSumsAreAccurate(within tolerance: Double) throws {
        let count = 1_000_003
        var random = TestRandom(seed: 9)
        let inputs = [
            [ScalarOracle.Value](repeating: .float(Double(Float(0.1))), count: count),
            (0..<count).map { _ in .float(Double(Float.random(in: 0..<1, using: &random))) },
        ]
        for values in inputs {
            let exact = values.reduce(0) { $0 + $1.float }
            for backend in backends {
                let output = try Self.run(
                    Self.reduce(.sum, .float32, [count], [true]), [values], outputTypes: [.float32],
                    outputCount: 1, on: backend)
                let sum = withExtendedLifetime(output) { Double(output[0].address.load(as: Float.self)) }
                guard abs(sum / exact - 1) < tolerance else {
                    throw KernelMismatch(description: "\(sum) on \(backend.summary), not \(exact)")
                }
            }
        }
    }

    package func randomPrologues(seed: Int) throws {
        var random = TestRandom(seed: UInt64(seed) &* 104_729 &+ 11)
        let shape = RandomViews.shape(&random)
        let isReduced = shape.map { _ in Bool.random(using: &random) }
        var (prologue, inputs) = Self.expression(shape, &random, length: 6)
        let last = prologue.types.count - 1
        let bounded: Int
        switch prologue.types[last] {
        case .float32:
            // Sums of huge numbers, infinities and NaN depend on the order.
            let low = prologue.append(.literal(Float(-8).literal), type: .float32)
            let high = prologue.append(.literal(Float(8).literal), type: .float32)
            let most = prologue.append(.binary(.minimum, last, high), type: .float32)
            bounded = prologue.append(.binary(.maximum, most, low), type: .float32)
            let isNumber = prologue.append(.binary(.equal, bounded, bounded), type: .bool)
            _ = prologue.append(.select(isNumber, bounded, low), type: .float32)
        case .bool: _ = prologue.append(.cast(last, .int32), type: .int32)
        case .float16, .bfloat16: _ = prologue.append(.cast(last, .float32), type: .float32)
        default: break
        }
        let type = prologue.types.last!
        let function = ReductionFunction.allCases.randomElement(using: &random)!
        let kept = zip(shape, isReduced).filter { !$0.1 }.map(\.0)
        var epilogue = Expression()
        let x = epilogue.append(.accumulator, type: type)
        let (view, count) = RandomViews.view(kept, &random)
        inputs.append(RandomViews.values(count, type, &random))
        let y = epilogue.append(.load(input: inputs.count - 1, view: view), type: type)
        let z = epilogue.append(.binary(.add, x, y), type: type)
        epilogue.stores = [.init(value: z, output: 0), .init(value: x, output: 1)]
        try check(
            .reduce(
                .init(
                    function: function, type: type, shape: shape, isReduced: isReduced, prologue: prologue,
                    epilogue: epilogue)), inputs, outputTypes: [type, type], tolerance: 5e-7,
            scale: 8 * Double(max(shape.reduce(1, *), 1)), "seed \(seed) \(shape) \(isReduced)")
    }
}
