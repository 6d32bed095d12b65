import GannetTestSupport
import Testing

@Suite struct ReductionTests {
    private let harness = KernelHarness.processor

    @Test(arguments: KernelHarness.reductions.indices) func everyReduction(number: Int) throws {
        try harness.everyReduction(number: number)
    }
    @Test func extremesPropagateNaN() throws { try harness.extremesPropagateNaN() }
    @Test func longSumsAreAccurate() throws { try harness.longSumsAreAccurate(within: 1e-7) }
    @Test(arguments: 0..<100) func randomPrologues(seed: Int) throws {
        try harness.randomPrologues(seed: seed)
    }
}
