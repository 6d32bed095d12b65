#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What `GANNET_DUMP=times` prints.
extension CallTimes {
    /// Read once, and with that decided for the process.
    static let dumpsAtExit: Void = {
        if DebugOptions.names("times", in: "GANNET_DUMP") { atexit { CallTimes.dump() } }
    }()

    /// The calls of a program that are printed.
    private static let printedCount = 40

    private static func dump() {
        // What took longest comes last, where a terminal shows it.
        let descriptions = all.map { (times: $0, total: $0.total * Double($0.runs)) }
            .sorted { $0.total < $1.total }.map(\.times.description)
        let text = descriptions.joined(separator: "\n")
        _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }

    /// Seconds of a run.
    private var total: Double { calls.reduce(0) { $0 + $1.seconds } }

    /// A line for the program, one for the kinds of kernels, then one a call: milliseconds a run, share, operations and
    /// bytes a second.
    private var description: String {
        let (calls, total) = (calls, total)
        var lines = ["\(calls.count) kernel calls, \(runs) runs of \(Self.text(1e3 * total)) ms"]
        let kinds = Dictionary(grouping: calls, by: { $0.kernel.prefix { $0 != " " } })
            .mapValues { $0.reduce(0) { $0 + $1.seconds } }
        lines.append(
            kinds.sorted { $0.value > $1.value }
                .map { "\($0) \(Self.text(100 * $1 / total)) %" }.joined(separator: ", "))
        for call in calls.prefix(Self.printedCount) {
            let seconds = max(call.seconds, 1e-9)
            lines.append(
                [
                    Self.text(1e3 * seconds) + " ms", Self.text(100 * call.seconds / total) + " %",
                    Self.text(1e-9 * Double(call.operationCount) / seconds) + " GFLOP/s",
                    Self.text(1e-9 * Double(call.byteCount) / seconds) + " GB/s",
                    "\(call.number): \(call.kernel)", call.label,
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
