import GannetCPU
import GannetTestSupport
import Testing

extension KernelHarness {
    /// The processor with one, two and three threads, whose bits must agree.
    static var processor: KernelHarness { KernelHarness(backends, sameBits: true) }
    private static let backends = (1...3).map { CPUBackend(threads: $0) }
}

@Suite struct ContractionTests {
    private let harness = KernelHarness.processor

    @Test func productShapes() throws { try harness.productShapes() }
    @Test func productLayouts() throws { try harness.productLayouts() }
    @Test(arguments: 0..<40) func randomProducts(seed: Int) throws {
        for set in InstructionSet.available {
            let backends = (1...3).map { CPUBackend(threads: $0, instructionSet: set) }
            try KernelHarness(backends, sameBits: true).randomProduct(seed: seed)
        }
    }
    @Test func masksOfAnEpilogue() throws { try harness.masksOfAnEpilogue() }
    @Test func scatterAdd() throws { try harness.scatterAdd() }
}
