import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// The compiler apart from any real backend: its programs, interpreted, mean what the graphs mean.
@Suite struct CompilerConformanceTests {
    private func evaluation(_ limits: BackendLimits) -> Evaluation {
        let evaluator = Evaluator(InterpreterBackend(limits: limits), options: DebugOptions())
        return { tensors in
            zip(tensors, try evaluator.evaluate(tensors)).map {
                Tensor($1, shape: $0.shape, scalarType: $0.scalarType)
            }
        }
    }

    @Test(arguments: ConformanceCase.all + ConformanceCase.further)
    func programsMeanWhatGraphsMean(_ test: ConformanceCase) throws {
        let failures = try test.failures(evaluation(BackendLimits()))
        #expect(failures == [])
    }

    @Test(arguments: ConformanceCase.all)
    func programsForSmallKernelsMeanTheSame(_ test: ConformanceCase) throws {
        let limits = BackendLimits(buffersPerKernel: 8, instructionsPerKernel: 64)
        let failures = try test.failures(evaluation(limits))
        #expect(failures == [])
    }

    @Test func randomGraphs() throws {
        var generator = SeededGenerator.announced(for: "random graphs, interpreted")
        let evaluate = evaluation(BackendLimits())
        let failures = try RandomGraph.failures(count: 300, &generator, evaluate)
        #expect(failures == [])
        let together = try RandomGraph.failures(count: 100, graphsPerProgram: 10, &generator, evaluate)
        #expect(together == [])
    }
}
