import GannetTestSupport
import Testing

@Suite struct LineTests {
    private let harness = KernelHarness.processor

    @Test func scans() throws { try harness.scans() }
    @Test func longScans() throws { try harness.longScans() }
    @Test func sorts() throws { try harness.sorts() }
    @Test func longSorts() throws { try harness.longSorts() }
}
