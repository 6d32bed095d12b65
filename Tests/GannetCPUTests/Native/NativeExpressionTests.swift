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

    /// Computes what `body` does and expects that all of it was computed by the code written for it.
    private func expectNoRejection(_ body: () throws -> Void) rethrows {
        #expect(try NativeExpressions.rejections(during: body) == 0)
        #expect(NativeExpressions.wrongCount == 0)
    }

    @Test func everyFunction() throws {
        try expectNoRejection {
            try harness().everyUnaryFunction()
            try harness(sameBits: true).everyBinaryFunction()
            try harness(sameBits: true).everyConversion()
        }
    }

    @Test(arguments: 0..<100) func randomExpressionsHaveTheSameBits(seed: Int) throws {
        try expectNoRejection { try harness(sameBits: true).randomExpressions(seed: 1000 + seed) }
    }

    @Test func largeMaps() throws {
        try expectNoRejection { try harness().largeMaps() }
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
        expectNoRejection {
            GuardedBlocks.compare(expression, instructionSet, counts: [1, 7, 8, 16, 33, 70, 512])
        }
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
            expectNoRejection {
                GuardedBlocks.compare(expression, instructionSet, counts: Array(1...70) + [511, 512])
            }
        }
    }

    /// An expression of input 0, with input 1 subtracted, in which differences of last bits become large ones.
    private static func chaotic(count: Int, offset: Double = 0) -> Expression {
        var expression = Expression()
        let view = View(contiguous: [count])
        let x = expression.append(.load(input: 0, view: view), type: .float32)
        let subtracted = expression.append(.load(input: 1, view: view), type: .float32)
        func literal(_ value: Double) -> Int {
            expression.append(.literal(Literal(value, type: .float32)), type: .float32)
        }
        func binary(_ function: BinaryFunction, _ a: Int, _ b: Int) -> Int {
            expression.append(.binary(function, a, b), type: .float32)
        }
        // w ↦ 4 w (1 − w) on 0…1 doubles differences; one function in a hundred has another last bit.
        var value = x
        for number in 0..<80 {
            let function: UnaryFunction = [.exponential, .hyperbolicTangent, .errorFunction][number % 3]
            let argument = binary(.add, x, literal(Double(number) / 80 + offset))
            value = binary(.add, value, expression.append(.unary(function, argument), type: .float32))
            let w = binary(.subtract, value, expression.append(.unary(.floor, value), type: .float32))
            value = binary(.multiply, binary(.multiply, literal(4), w), binary(.subtract, literal(1), w))
        }
        expression.stores = [.init(value: binary(.subtract, value, subtracted), output: 0)]
        return expression
    }

    /// Where the last bits of functions are all that is left of a result, code whose functions round less often than the
    /// interpreter's gives way to code with the interpreter's bits; it is counted, but not as wrong.
    @Test(arguments: native) func differencesThatGrewAreInterpreted(_ instructionSet: InstructionSet) {
        let count = 512
        let expression = Self.chaotic(count: count)
        var random = TestRandom(seed: 7)
        let arguments = (0..<count).map { _ in Float.random(in: -1...1, using: &random) }
        func differences(_ tier: Tier, to values: [Float]) -> [Float] {
            BlockRun.results(expression, tier, inputs: [arguments, values])
        }
        // Subtracting zero gives the value itself.
        let values = differences(.portable, to: [Float](repeating: 0, count: count))
        let rejections = NativeExpressions.rejections {
            for _ in 0..<3 {
                #expect(differences(.best(for: instructionSet), to: values).allSatisfy { $0 == 0 })
            }
        }
        #expect(rejections > 0)
        #expect(NativeExpressions.wrongCount == 0)
    }

    /// Which code an expression is computed by is chosen before anything is computed, so that a second run gives what the first gave, even
    /// where differences grow behind the block that was looked at.
    @Test(arguments: native) func theFirstRunIsAsTheSecond(_ instructionSet: InstructionSet) {
        // The last block has a part of a vector, the others have none.
        let count = 4 * Tier.blockLength + 5
        var random = TestRandom(seed: 9)
        let chaos = (0..<Tier.blockLength + 5).map { _ in Float.random(in: -1...1, using: &random) }
        for number in 0..<40 {
            // One argument throughout, for which all functions may have the interpreter's bits; then many.
            let arguments = [Float](repeating: 0, count: 3 * Tier.blockLength) + chaos
            let expression = Self.chaotic(count: count, offset: Double(number) / 1000)
            let results = (0..<2).map { _ in
                BlockRun.results(
                    expression, .best(for: instructionSet),
                    inputs: [arguments, [Float](repeating: 0, count: count)],
                    blockLength: Tier.blockLength)
            }
            let differences = zip(results[0], results[1]).count { $0.bitPattern != $1.bitPattern }
            #expect(differences == 0, "\(number)")
        }
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
        let input = HostBuffer(byteCount: count * 2 + 64)
        for bits in 0..<count {
            input.address.storeBytes(of: UInt16(bits), toByteOffset: bits * 2, as: UInt16.self)
        }
        let output = BlockRun.output(
            expression, .best(for: instructionSet), inputs: [(type, input)], count: count)
        for bits in 0..<count {
            #expect(output.address.load(fromByteOffset: bits * 2, as: UInt16.self) == UInt16(bits))
        }
    }
}
