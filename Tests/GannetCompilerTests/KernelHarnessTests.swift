import GannetTestSupport
import Testing

/// What the kernel tests ask of backends is well formed: the interpreter, which defines kernels, passes them.
@Suite struct KernelHarnessTests {
    private let harness = KernelHarness([InterpreterBackend()])

    @Test func convolutions() throws {
        try harness.convolutions()
        for seed in 0..<60 { try harness.randomConvolution(seed: seed) }
    }
    @Test func filterGradients() throws {
        try harness.filterGradients()
        for seed in 0..<60 { try harness.randomFilterGradient(seed: seed) }
    }
    @Test func noiseSteps() throws {
        try harness.together { try $0.noiseSteps() }
        try harness.noiseHasItsBits()
    }
    @Test func loops() throws {
        try harness.smallLoops()
        try harness.loopsOfSeveralKernels()
        try harness.nestedLoops()
    }
}
