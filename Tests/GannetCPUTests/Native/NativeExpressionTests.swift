import GannetCPU
import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// Expressions in machine code against the oracle and the portable tier.
@Suite struct NativeExpressionTests {
    static var native: [InstructionSet] { InstructionSet.available.filter { $0 > .portable } }

    private func harness(sameBits: Bool = false) -> KernelHarness {
        KernelHarness(
            InstructionSet.available.map { CPUBackend(threads: 1, instructionSet: $0) }, sameBits: sameBits)
    }

    @Test func everyFunction() throws {
        try harness().everyUnaryFunction()
        try harness(sameBits: true).everyBinaryFunction()
        try harness(sameBits: true).everyConversion()
        #expect(NativeExpressions.rejectionCount == 0)
    }

    @Test(arguments: 0..<100) func randomExpressionsHaveTheSameBits(seed: Int) throws {
        try harness(sameBits: true).randomExpressions(seed: 1000 + seed)
        #expect(NativeExpressions.rejectionCount == 0)
    }

    @Test func largeMaps() throws {
        try harness().largeMaps()
        #expect(NativeExpressions.rejectionCount == 0)
    }

    /// A value that is more often alive than there are registers.
    @Test(arguments: native) func manyValues(_ instructionSet: InstructionSet) {
        var expression = Expression()
        let inputs = (0..<3).map {
            expression.append(.load(input: $0, view: View(contiguous: [4096])), type: .float32)
        }
        var values = inputs
        for index in 0..<60 {
            let function: BinaryFunction = [.add, .subtract, .multiply, .maximum, .less][index % 5]
            let (x, y) = (values[index % 3], values[values.count - 1 - index % 2])
            let made = expression.append(
                .binary(function, x, y), type: function == .less ? .bool : .float32)
            values.append(
                function == .less ? expression.append(.select(made, y, x), type: .float32) : made)
        }
        var sum = values[0]
        for value in values.dropFirst() {
            sum = expression.append(.binary(.add, sum, value), type: .float32)
        }
        let isPositive = expression.append(.binary(.less, inputs[0], sum), type: .bool)
        expression.stores = [.init(value: sum, output: 0), .init(value: isPositive, output: 1)]
        GuardedBlocks.compare(expression, instructionSet, counts: [1, 7, 8, 16, 33, 70, 512])
        #expect(NativeExpressions.rejectionCount == 0)
    }

    @Test(arguments: native) func nothingBehindTheBlockIsTouched(_ instructionSet: InstructionSet) {
        for type in ScalarType.allCases {
            var expression = Expression()
            let view = View(contiguous: [4096])
            let x = expression.append(.load(input: 0, view: view), type: type)
            let y = expression.append(.load(input: 1, view: view), type: type)
            let z = expression.append(.load(input: 2, view: view), type: .float32)
            let limit = expression.append(.literal(Literal(0.25, type: .float32)), type: .float32)
            let condition = expression.append(.binary(.less, z, limit), type: .bool)
            let chosen = expression.append(.select(condition, x, y), type: type)
            let negated = expression.append(.unary(.exponential, z), type: .float32)
            expression.stores = [
                .init(value: chosen, output: 0), .init(value: condition, output: 1),
                .init(value: negated, output: 2),
            ]
            GuardedBlocks.compare(expression, instructionSet, counts: Array(1...70) + [511, 512])
        }
        #expect(NativeExpressions.rejectionCount == 0)
    }

    /// Whatever bits halves have, those of signalling NaN too, they keep.
    @Test(arguments: native, [ScalarType.float16, .bfloat16])
    func halvesKeepTheirBits(_ instructionSet: InstructionSet, _ type: ScalarType) {
        let count = 1 << 16
        var expression = Expression()
        let x = expression.append(.load(input: 0, view: View(contiguous: [count])), type: type)
        let wide = expression.append(.cast(x, .float32), type: .float32)
        let isEqual = expression.append(.binary(.equal, wide, wide), type: .bool)
        let same = expression.append(.select(isEqual, x, x), type: type)
        expression.stores = [.init(value: same, output: 0)]
        let evaluator = Tier.best(for: instructionSet).makeEvaluator(expression, [type], false)
        let frame = HostBuffer(byteCount: evaluator.frameByteCount)
        let (input, output) = (HostBuffer(byteCount: count * 2 + 64), HostBuffer(byteCount: count * 2))
        for bits in 0..<count {
            input.address.storeBytes(of: UInt16(bits), toByteOffset: bits * 2, as: UInt16.self)
        }
        withUnsafePointer(to: input.address) { inputs in
            withUnsafePointer(to: output.address) { outputs in
                evaluator.begin(frame.address, KernelBuffers(inputs: inputs, outputs: outputs))
                for start in stride(from: 0, to: count, by: 500) {
                    evaluator.evaluate(
                        frame.address, from: start, count: min(500, count - start), accumulator: nil)
                }
            }
        }
        for bits in 0..<count {
            #expect(output.address.load(fromByteOffset: bits * 2, as: UInt16.self) == UInt16(bits))
        }
        withExtendedLifetime((frame, input)) {}
    }
}
