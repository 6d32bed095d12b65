import Gannet

/// How long something took.
struct Timing {
    /// Seconds of the very first run, which compiles.
    let first: Double
    /// Seconds of each repeat, in ascending order.
    let repeats: [Double]

    /// The repeat in the middle; the mean of the two where their number is even.
    var median: Double {
        let (low, high) = (repeats[(repeats.count - 1) / 2], repeats[repeats.count / 2])
        return (low + high) / 2
    }

    /// The shortest repeat.
    var minimum: Double { repeats[0] }

    /// A repeat lasts at least so long: what is faster is run several times in it.
    private static let shortestRepeat = 0.005
    /// So long is run before anything counts, once it is compiled.
    private static let warmUp = 0.05

    /// Times `body`, and after it the wait until the device is idle.
    static func measure(repeats: Int, on device: Device, _ body: () throws -> Void) throws -> Timing {
        let backend = try device.evaluator().backend
        func seconds(_ count: Int) throws -> Double {
            let start = ContinuousClock.now
            for _ in 0..<count { try body() }
            try backend.synchronize()
            return (ContinuousClock.now - start) / .seconds(1)
        }
        let first = try seconds(1)
        var estimate = try seconds(1)
        var warm = estimate
        while warm < warmUp {
            let again = try seconds(1)
            estimate = min(estimate, again)
            warm += max(again, 1e-4)
        }
        let count = max(1, min(1000, Int((shortestRepeat / max(estimate, 1e-9)).rounded(.up))))
        let samples = try (0..<repeats).map { _ in try seconds(count) / Double(count) }
        return Timing(first: first, repeats: samples.sorted())
    }
}
