import GannetGraph

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How long the kernel calls of a program took, for backends whose calls end before the next begins.
///
/// All that were made are printed when the process ends: of each program that ran the calls that took longest.
package final class CallTimes: Sendable {
    private let program: Program
    private let state: Guarded<State>

    private struct State {
        var runs = 0
        var seconds: [Double]
    }

    /// Whether the environment asks for them: `GANNET_DUMP=times`.
    package static let areWanted = DebugOptions.names("times", in: "GANNET_DUMP")
    private static let all = Guarded<[CallTimes]>([])
    /// The calls of a program that are printed.
    private static let printedCount = 40

    /// Creates the times of `program`, all of them 0 yet.
    package init(_ program: Program) {
        self.program = program
        state = Guarded(State(seconds: Array(repeating: 0, count: program.calls.count)))
        let isFirst = Self.all.withLock { all in
            all.append(self)
            return all.count == 1
        }
        if isFirst { atexit { CallTimes.dump() } }
    }

    /// Runs each call by `run` and adds the time that it took.
    package func measure(_ run: (_ call: Int) -> Void) {
        var times: [Double] = []
        let clock = ContinuousClock()
        for call in program.calls.indices {
            let time = clock.measure { run(call) }.components
            times.append(Double(time.seconds) + Double(time.attoseconds) * 1e-18)
        }
        state.withLock {
            $0.runs += 1
            for (call, time) in times.enumerated() { $0.seconds[call] += time }
        }
    }

    private static func dump() {
        let descriptions = all.withLock { $0 }.map { (times: $0, seconds: $0.total) }
            .sorted { $0.seconds < $1.seconds }.map(\.times.description)
        let text = descriptions.joined(separator: "\n")
        _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }

    private var total: Double { state.withLock { $0.seconds.reduce(0, +) } }

    /// A line for the program, one for the kinds of kernels, then one a call: milliseconds a run, share, operations and
    /// bytes a second.
    private var description: String {
        let state = state.withLock { $0 }
        if state.runs == 0 { return "" }
        let total = state.seconds.reduce(0, +)
        var lines = [
            "\(program.calls.count) kernel calls, \(state.runs) runs of \(Self.text(1e3 * total / Double(state.runs))) ms"
        ]
        let kinds = Dictionary(
            grouping: program.calls.indices, by: { program.calls[$0].kernel.summary.prefix { $0 != " " } }
        ).mapValues { calls in calls.reduce(0) { $0 + state.seconds[$1] } }
        lines.append(
            kinds.sorted { $0.value > $1.value }
                .map { "\($0) \(Self.text(100 * $1 / total)) %" }.joined(separator: ", "))
        for call in program.calls.indices.sorted(by: { state.seconds[$0] > state.seconds[$1] })
            .prefix(Self.printedCount)
        {
            let seconds = max(state.seconds[call] / Double(state.runs), 1e-9)
            let (kernel, label) = (program.calls[call].kernel, program.calls[call].label)
            lines.append(
                [
                    Self.text(1e3 * seconds) + " ms", Self.text(100 * state.seconds[call] / total) + " %",
                    Self.text(1e-9 * Double(kernel.operationCount) / seconds) + " GFLOP/s",
                    Self.text(1e-9 * Double(program.byteCount(of: program.calls[call])) / seconds) + " GB/s",
                    "\(call): \(kernel.summary)", label,
                ].joined(separator: "  "))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A number with about three digits, in nine characters.
    private static func text(_ value: Double) -> String {
        let digits = value >= 100 ? 1.0 : value >= 10 ? 10 : 1000
        let number = "\((value * digits).rounded() / digits)"
        return String(repeating: " ", count: max(0, 7 - number.utf8.count)) + number
    }
}
