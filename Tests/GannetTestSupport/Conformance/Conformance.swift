import Dispatch
import Gannet
import GannetCompiler

/// The conformance suite: what every backend must compute, in one call.
///
/// A backend is right when nothing is wrong with the report:
///
///     let report = Conformance.check(MyBackend())
///     print(report)                       // what was compared, what is wrong, and what the suite covers
///     #expect(report.failures == [])
///
/// Everything is compared with the ``ReferenceEvaluator``, which is the definition of every primitive: each primitive
/// and composite over empty, unit, prime and ragged extents, over views in steps, stretched and backwards, on NaN and
/// infinities (``ConformanceCase``); the value and the gradients of both orders of each (``GradientCase``) and of each
/// layer (``LayerCase``); and graphs of random primitives (``RandomGraph``). That the gradients of the reference itself
/// are right is shown by finite differences, without a backend.
public enum Conformance {
    /// How much is compared.
    public struct Extent: Sendable {
        /// Only what has this in its name.
        public var only: String?
        /// The number of random graphs.
        public var randomGraphs: Int
        /// How many random graphs are compiled together: many, where a compilation takes long.
        public var graphsPerProgram: Int
        /// Whether random convolutions, beyond those of the suite, are compared too: they are compiled one by one.
        public var furtherCases: Bool

        /// Creates an extent.
        public init(
            only: String? = nil, randomGraphs: Int = 100, graphsPerProgram: Int = 20,
            furtherCases: Bool = false
        ) {
            self.only = only
            self.randomGraphs = randomGraphs
            self.graphsPerProgram = graphsPerProgram
            self.furtherCases = furtherCases
        }
    }

    /// Compares a backend of your own with the reference.
    public static func check(_ backend: any Backend, _ extent: Extent = Extent()) -> ConformanceReport {
        check(Device(backend), extent)
    }

    /// Compares a device with the reference. Several batches run at a time, for compilers take most of the time.
    public static func check(_ device: Device, _ extent: Extent = Extent()) -> ConformanceReport {
        var batches = ConformanceBatch.suite + (extent.furtherCases ? ConformanceBatch.further : [])
        if let text = extent.only { batches = batches.compactMap { $0.only(text) } }
        let comparisons = batches.map { batch in
            Comparison(name: batch.description) { try batch.failures(on: device) }
        }
        let start = ContinuousClock.now
        let failures = failures(of: comparisons + randomGraphs(on: device, extent))
        return ConformanceReport(
            device: device.description, cases: batches.reduce(0) { $0 + $1.count },
            randomGraphs: extent.only == nil ? extent.randomGraphs : 0, failures: failures,
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// One thing that is compared with the reference.
    private struct Comparison: Sendable {
        let name: String
        let failures: @Sendable () throws -> [String]
    }

    private static func failures(of comparisons: [Comparison]) -> [String] {
        let found = Guarded([[String]](repeating: [], count: comparisons.count))
        DispatchQueue.concurrentPerform(iterations: comparisons.count) { number in
            let comparison = comparisons[number]
            let failures: [String]
            do {
                failures = try comparison.failures()
            } catch {
                failures = ["\(comparison.name): \(error)"]
            }
            found.withLock { $0[number] = failures }
        }
        return found.withLock { $0.flatMap { $0 } }
    }

    private static func randomGraphs(on device: Device, _ extent: Extent) -> [Comparison] {
        if extent.only != nil || extent.randomGraphs == 0 { return [] }
        return [
            Comparison(name: "random graphs") {
                var generator = SeededGenerator.announced(for: "random graphs on \(device.name)")
                return try RandomGraph.failures(
                    count: extent.randomGraphs, graphsPerProgram: extent.graphsPerProgram, &generator
                ) { try Tensor.evaluate($0, on: device) }
            }
        ]
    }
}

/// What the conformance suite found on one device.
public struct ConformanceReport: Sendable, CustomStringConvertible {
    /// The device.
    public let device: String
    /// The number of cases that were compared.
    public let cases: Int
    /// The number of random graphs that were.
    public let randomGraphs: Int
    /// One sentence for each thing that is wrong, in the order of the suite.
    public let failures: [String]
    /// How long it took.
    public let seconds: Double

    /// What was found, in a line; below it each failure, or what the suite covers.
    public var description: String {
        let head =
            "\(device): \(cases) cases and \(randomGraphs) random graphs in \(Int(seconds.rounded())) s, "
        if failures.isEmpty { return head + "all as they must be.\n\(Coverage.suite)" }
        return head + "\(failures.count) failures:\n" + failures.joined(separator: "\n")
    }
}
