import GannetCPU
import GannetCompiler
import GannetGraph
import GannetTestSupport
import Testing

/// `GANNET_VALIDATE=1` raises no alarm where nothing is wrong.
@Suite struct ValidationTests {
    private let evaluator = Evaluator(CPUBackend(), options: DebugOptions(validates: true))

    private func evaluate(_ tensors: [Tensor]) throws -> [Tensor] {
        zip(tensors, try evaluator.evaluate(tensors)).map {
            Tensor($1, shape: $0.shape, scalarType: $0.scalarType)
        }
    }

    @Test(arguments: ConformanceCase.all)
    func acceptsTheSuite(_ test: ConformanceCase) throws { _ = try evaluate(test.tensors) }

    @Test(arguments: GradientCase.all)
    func acceptsGradients(_ test: GradientCase) throws {
        let failures = try test.failures(evaluate)
        #expect(failures == [])
    }
}
