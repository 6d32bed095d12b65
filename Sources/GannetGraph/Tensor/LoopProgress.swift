/// How far the loops of an evaluation have come, for whoever waits for it.
///
/// ```swift
/// let report: LoopProgress.Report = { done, count in print("\(done) of \(count)") }
/// try LoopProgress.with(report) {
///     try model.samples(64, seed: 7).grid().write(to: "samples.png")
/// }
/// ```
///
/// Told are the iterations of loops that stand in no other, one after another. A device that queues its work is waited for
/// after each; of a loop that is a single kernel there nothing is told.
public enum LoopProgress {
    /// Takes the number of iterations that are done, and of all of them.
    public typealias Report = @Sendable (_ done: Int, _ count: Int) -> Void

    /// Whom evaluations tell now; nil where nobody listens.
    @TaskLocal package static var report: Report?

    /// Does `body`, and tells `report` of the loops of its evaluations.
    public static func with<R>(_ report: @escaping Report, _ body: () throws -> R) rethrows -> R {
        try $report.withValue(report, operation: body)
    }

    /// Does `body`, of whose evaluations nothing is told.
    package static func withoutReport<R>(_ body: () throws -> R) rethrows -> R {
        try $report.withValue(nil, operation: body)
    }
}
