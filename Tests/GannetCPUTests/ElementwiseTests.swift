import GannetTestSupport
import Testing

@Suite struct ElementwiseTests {
    private let harness = KernelHarness.processor

    @Test func everyUnaryFunction() throws { try harness.everyUnaryFunction() }
    @Test func everyBinaryFunction() throws { try harness.everyBinaryFunction() }
    @Test func everyConversion() throws { try harness.everyConversion() }
    @Test(arguments: 0..<150) func randomExpressions(seed: Int) throws {
        try harness.randomExpressions(seed: seed)
    }
    @Test func largeMaps() throws { try harness.largeMaps() }
}
