import Dispatch
import Gannet
import GannetTestSupport
import Synchronization

/// What the conformance suite found on one device.
struct ConformanceOutcome: CustomStringConvertible {
    /// One thing that is compared with the reference.
    private struct Comparison: Sendable {
        let name: String
        let failures: @Sendable () throws -> [String]
    }

    private let device: String
    private let count: Int
    /// One sentence for each thing that is wrong, in the order of the suite.
    let failures: [String]
    private let seconds: Double

    /// Runs the suite, or those cases whose name contains `only`. Several cases run at a time, for compilers take most
    /// of the time.
    init(of device: Device, only: String?) {
        let comparisons = Self.comparisons(on: device).filter { only.map($0.name.contains) ?? true }
        let found = Mutex([[String]](repeating: [], count: comparisons.count))
        let start = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: comparisons.count) { number in
            let comparison = comparisons[number]
            var failures: [String]
            do {
                failures = try comparison.failures()
            } catch {
                failures = ["\(comparison.name): \(error)"]
            }
            found.withLock { [failures] in $0[number] = failures }
        }
        self.device = device.description
        count = comparisons.count
        failures = found.withLock { $0.flatMap { $0 } }
        seconds = (ContinuousClock.now - start) / .seconds(1)
    }

    private static func comparisons(on device: Device) -> [Comparison] {
        let cases = ConformanceCase.all.map { test in
            Comparison(name: test.name) { try test.failures(on: device) }
        }
        let gradients = GradientCase.all.map { test in
            Comparison(name: "gradient of \(test.name)") { try test.failures(on: device) }
        }
        let graphs = Comparison(name: "random graphs") {
            var generator = SeededGenerator(named: "random graphs of a benchmark")
            return try RandomGraph.failures(count: 100, graphsPerProgram: 20, &generator) {
                try Tensor.evaluate($0, on: device)
            }
        }
        return cases + gradients + [graphs]
    }

    var description: String {
        let head = "\(device): \(count) cases in \(Table.number(seconds, digits: 1)) s, "
        if failures.isEmpty { return head + "all as they must be." }
        return head + "\(failures.count) failures:\n" + failures.joined(separator: "\n")
    }

    /// The fields as they are printed.
    var json: JSON {
        [
            "device": .string(device), "cases": .integer(count), "seconds": .number(seconds),
            "failures": .array(failures.map { .string($0) }),
        ]
    }
}
