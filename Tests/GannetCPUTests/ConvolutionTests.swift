import GannetTestSupport
import Testing

@Suite struct ConvolutionTests {
    private let harness = KernelHarness.processor

    @Test func convolutions() throws { try harness.convolutions() }
    @Test func filterGradients() throws { try harness.filterGradients() }
    @Test(arguments: 0..<150) func randomConvolutions(seed: Int) throws {
        try harness.randomConvolution(seed: seed)
    }
    @Test(arguments: 0..<100) func randomFilterGradients(seed: Int) throws {
        try harness.randomFilterGradient(seed: seed)
    }
    @Test func noiseSteps() throws { try harness.noiseSteps() }
    @Test func noiseHasItsBits() throws { try harness.noiseHasItsBits() }
}
