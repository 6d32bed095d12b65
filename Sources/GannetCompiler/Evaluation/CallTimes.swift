import GannetGraph

/// How long the kernel calls of a program took, added up over its runs.
///
/// Times are taken from ``start()`` on, or from the beginning where the environment asks for `GANNET_DUMP=times`; then the
/// longest of each program that ran are printed when the process ends. Calls that are timed wait for one another, and
/// devices of OpenCL keep times of all launches: a step takes longer than without.
public final class CallTimes: Sendable {
    /// One kernel call of a program.
    public struct Call: Sendable {
        /// Its place among the program's calls.
        public let number: Int
        /// The kind of kernel and its extents: "convolution 64 × 28 × 28 × 64".
        public let kernel: String
        /// What it computes: "convolution + bias + relu".
        public let label: String
        /// The mean time of a run; on OpenCL devices the kernels' own, without what is between them.
        public let seconds: Double
        /// The least time of a run.
        public let leastSeconds: Double
        /// Additions, multiplications and functions of single numbers, of a run.
        public let operationCount: Int
        /// The size of the buffers that are read and written, each once.
        public let byteCount: Int
    }

    private let program: Program
    private let state: Guarded<State>

    private struct State {
        var runs = 0
        var seconds: [Double]
        var least: [Double]
    }

    private struct Collection {
        var isStarted = DebugOptions.names("times", in: "GANNET_DUMP")
        var all: [CallTimes] = []
    }
    private static let collection = Guarded(Collection())

    /// Takes times of all programs that are compiled from now on, on devices that are opened from now on.
    public static func start() { collection.withLock { $0.isStarted = true } }

    /// Whether times are taken.
    package static var areWanted: Bool { collection.withLock { $0.isStarted } }

    /// The times of all programs that have run, in the order in which they were compiled.
    public static var all: [CallTimes] { collection.withLock { $0.all }.filter { $0.runs > 0 } }

    /// Creates the times of `program`, all of them 0 yet.
    package init(_ program: Program) {
        self.program = program
        let count = program.calls.count
        state = Guarded(
            State(
                seconds: Array(repeating: 0, count: count), least: Array(repeating: .infinity, count: count)))
        Self.collection.withLock { $0.all.append(self) }
        Self.dumpsAtExit
    }

    /// Adds a run, whose calls took so long.
    package func add(_ seconds: [Double]) {
        state.withLock {
            $0.runs += 1
            for (call, time) in seconds.enumerated() {
                $0.seconds[call] += time
                $0.least[call] = min($0.least[call], time)
            }
        }
    }

    /// How often the program ran.
    public var runs: Int { state.withLock { $0.runs } }

    /// The program's calls, those that took longest first.
    public var calls: [Call] {
        let state = state.withLock { $0 }
        return program.calls.enumerated().map { number, call in
            Call(
                number: number, kernel: call.kernel.summary, label: call.label,
                seconds: state.seconds[number] / Double(max(1, state.runs)),
                leastSeconds: state.least[number],
                operationCount: call.kernel.operationCount,
                byteCount: program.byteCount(of: call))
        }.sorted { $0.seconds > $1.seconds }
    }
}
