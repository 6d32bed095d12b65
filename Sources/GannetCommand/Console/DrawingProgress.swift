import Gannet

/// Tells, on a terminal, how far drawing has come.
enum DrawingProgress {
    /// Does `body`, which draws, and shows a bar while it lasts.
    static func shown<R>(_ body: () throws -> R) rethrows -> R {
        if !Console.isTerminal { return try body() }
        let start = ContinuousClock.now
        defer { Console.clear() }
        return try LoopProgress.with(
            { done, count in
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                let left = seconds / Double(done) * Double(count - done)
                Console.show("\(Format.bar(Double(done) / Double(count)))  \(Format.duration(left)) left")
            }, body)
    }
}
