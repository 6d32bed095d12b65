/// Measures how fast a training run is, leaving out what is not training.
struct RateMeter {
    private let clock = ContinuousClock()
    private var lastReport = ContinuousClock.now
    private var lastStep = 0
    private var examples = 0
    private var stepsPerSecond = 0.0
    private var examplesPerSecond = 0.0
    private var epochStart: ContinuousClock.Instant?

    /// Begins to measure; an epoch that was begun by another process is not timed.
    mutating func start(step: Int, isEpochStart: Bool) {
        lastStep = step
        lastReport = clock.now
        epochStart = isEpochStart ? lastReport : nil
    }

    /// Counts the examples of a step.
    mutating func count(examples: Int) { self.examples += examples }

    /// Whether the last report is so long ago that a person would wonder.
    var isReportDue: Bool { clock.now - lastReport >= .milliseconds(250) }

    /// The rates now: of the time since the last report, smoothed over some reports.
    mutating func report(step: Int) -> (stepsPerSecond: Double, examplesPerSecond: Double) {
        let now = clock.now
        let seconds = max((now - lastReport) / .seconds(1), 1e-9)
        // About two seconds of memory.
        let weight = stepsPerSecond == 0 ? 1 : min(1, seconds / 2)
        stepsPerSecond += weight * (Double(step - lastStep) / seconds - stepsPerSecond)
        examplesPerSecond += weight * (Double(examples) / seconds - examplesPerSecond)
        (lastReport, lastStep, examples) = (now, step, 0)
        return (stepsPerSecond, examplesPerSecond)
    }

    /// The seconds since the epoch's start, where that is known.
    mutating func endEpoch() -> Double? {
        defer { epochStart = nil }
        return epochStart.map { (clock.now - $0) / .seconds(1) }
    }

    /// Goes on after an interruption, at the start of an epoch or within one.
    mutating func resume(isEpochStart: Bool) {
        let now = clock.now
        if isEpochStart {
            epochStart = now
        } else if let start = epochStart {
            epochStart = start + (now - lastReport)
        }
        lastReport = now
    }
}
