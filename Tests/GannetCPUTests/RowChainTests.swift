import GannetCPU
import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// Kernels that are run together for some rows at a time give what they give one after another, bit by bit.
@Suite struct RowChainTests {
    private static func evaluators(_ set: InstructionSet) -> (Evaluator, [Evaluator]) {
        func evaluator(_ threads: Int, _ chainsRows: Bool) -> Evaluator {
            Evaluator(
                CPUBackend(threads: threads, instructionSet: set, chainsRows: chainsRows),
                options: DebugOptions())
        }
        return (evaluator(2, false), (1...3).map { evaluator($0, true) })
    }

    private static func bytes(_ storages: [Storage]) throws -> [[UInt8]] {
        try storages.map { Array(try $0.hostBuffer().bytes) }
    }

    private static func program(_ tensors: [Tensor]) throws -> Program {
        let evaluator = Evaluator(CPUBackend(threads: 1), options: DebugOptions())
        let (_, leaves) = GraphSignature.of(tensors)
        return try evaluator.compile(tensors, leaves: leaves).program
    }

    private static func chains(_ tensors: [Tensor]) throws -> [RowChainPlan] {
        RowChainPlan.chains(of: try program(tensors))
    }

    /// Checks that evaluators give the bits that were expected of results; where one does not, the message says which bytes differ, and
    /// whether `plain`, which gave those, gives them again.
    private static func check(
        _ evaluators: [Evaluator], give expected: [[UInt8]], of results: [Tensor], number: Int,
        _ plain: Evaluator
    ) throws {
        for (threads, evaluator) in evaluators.enumerated() {
            let actual = try bytes(evaluator.evaluate(results))
            if actual == expected { continue }
            let again = try bytes(plain.evaluate(results))
            let places = zip(actual, expected).map { zip($0, $1).enumerated().filter { $1.0 != $1.1 } }
            Issue.record(
                """
                graph \(number), \(threads + 1) threads: of results of \(results.map(\.shape)) \(places.map(\.count)) bytes differ, from \
                \(places.map { $0.first?.offset ?? -1 }) on; run again one by one, the calls give what \
                \(again == expected ? "they gave" : again == actual ? "the chain gives" : "neither gave")
                """)
        }
    }

    @Test(arguments: InstructionSet.available) func rowGraphs(_ set: InstructionSet) throws {
        var generator = SeededGenerator.announced(for: "chains of rows, \(set)")
        let (plain, chained) = Self.evaluators(set)
        var chainCount = 0
        for number in 0..<150 {
            let graph = RowGraph(&generator)
            chainCount += try Self.chains(graph.results).count
            let expected = try Self.bytes(plain.evaluate(graph.results))
            try Self.check(chained, give: expected, of: graph.results, number: number, plain)
        }
        #expect(chainCount > 100)
    }

    @Test(arguments: InstructionSet.available) func randomGraphs(_ set: InstructionSet) throws {
        var generator = SeededGenerator.announced(for: "chains in random graphs, \(set)")
        let (plain, chained) = Self.evaluators(set)
        for number in 0..<300 {
            let graph = RandomGraph(&generator)
            let expected = try Self.bytes(plain.evaluate(graph.results))
            try Self.check(chained, give: expected, of: graph.results, number: number, plain)
        }
    }

    /// Results in the buffers of inputs.
    @Test func donatedInputs() throws {
        var generator = SeededGenerator.announced(for: "chains with donations")
        let (plain, chained) = Self.evaluators(InstructionSet.available.last!)
        for number in 0..<100 {
            let graph = RowGraph(&generator)
            guard let result = graph.results.first(where: { $0.shape == graph.inputs[0].shape }) else {
                continue
            }
            let (_, leaves) = GraphSignature.of([result])
            guard let leaf = leaves.firstIndex(where: { $0 === graph.inputs[0].node }) else { continue }
            var expected: [[UInt8]]?
            for evaluator in [plain] + chained {
                let compiled = try evaluator.compile([result], leaves: leaves, updates: [0: leaf])
                let inputs = leaves.map { Tensor($0).storage! }
                let original = try inputs[leaf].hostBuffer()
                let given = HostBuffer(byteCount: original.byteCount)
                given.address.copyMemory(from: original.address, byteCount: original.byteCount)
                let actual = try Self.bytes(evaluator.run(compiled, inputs: inputs, donated: [leaf: given]))
                if let expected { #expect(actual == expected, "graph \(number)") } else { expected = actual }
            }
        }
    }

    @Test func aSoftmaxIsOneChain() throws {
        let x = SeededGenerator(seed: 1).floats(rows: 64, columns: 100)
        let chains = try Self.chains([x.softmax()])
        #expect(chains.count == 1)
        #expect(chains.first?.calls == 0..<4)
        #expect(chains.first?.rowCount == 64)
        // The maxima, the exponentials and the sums.
        #expect(chains.first?.localRowByteCounts == [4, 400, 4])
    }

    @Test func anotherRowEndsAChain() throws {
        let x = SeededGenerator(seed: 2).floats(rows: 64, columns: 100)
        let softmax = x.softmax()
        let program = try Self.program([softmax + softmax.flipped(axes: [0])])
        #expect(RowChainPlan.chains(of: program).map(\.calls) == [0..<program.calls.count - 1])
        let shifted = try Self.program([softmax + softmax.flipped(axes: [1])])
        #expect(RowChainPlan.chains(of: shifted).map(\.calls) == [0..<shifted.calls.count])
    }

    @Test func valuesThatAreReadLaterStayInMemory() throws {
        let x = SeededGenerator(seed: 3).floats(rows: 64, columns: 100)
        let centred = x - x.mean(axes: [1], keepsAxes: true)
        let chains = try Self.chains([centred.squared().mean(axes: [1]), centred])
        #expect(chains.first?.localRowByteCounts == [4])
    }
}

extension SeededGenerator {
    fileprivate func floats(rows: Int, columns: Int) -> Tensor {
        var generator = self
        return generator.floats([rows, columns])
    }
}
