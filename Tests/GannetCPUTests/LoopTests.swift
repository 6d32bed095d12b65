import GannetTestSupport
import Testing

@Suite struct LoopTests {
    private let harness = KernelHarness.processor

    @Test func smallLoops() throws { try harness.smallLoops() }
    @Test func loopsOfSeveralKernels() throws { try harness.loopsOfSeveralKernels() }
    @Test func nestedLoops() throws { try harness.nestedLoops() }
}
