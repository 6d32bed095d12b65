import ArgumentParser
import Gannet

/// `gannet-bench normal`.
struct Normal: BenchmarkCommand {
    static let configuration = CommandConfiguration(abstract: "Measures the making of normal random numbers.")

    @Option(help: "How many numbers.") var count = 1 << 22
    @OptionGroup var options: MeasurementOptions

    func validate() throws { try require(count > 0, "--count must be positive.") }

    /// Philox4x32-10 takes about 100 integer operations for four words, the transform about 20 for one normal.
    static let operationsPerNumber = 45.0

    func workload(on device: Device) throws -> Workload {
        var random = RandomStream(seed: 3)
        return Workload(
            "normal", shape: "\(count)",
            work: Work(operations: Self.operationsPerNumber * Double(count), numbers: count),
            evaluating: [random.normal([count])])
    }
}
