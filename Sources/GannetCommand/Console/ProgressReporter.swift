import Gannet
import GannetData

/// Tells of a training run as it goes: on a terminal by a line that changes, elsewhere by a line an epoch and, in
/// long epochs, every ten seconds.
struct ProgressReporter {
    private let folder: RunFolder
    private var progress: TrainingProgress?
    private var epochLoss = Mean()
    private var epochSeconds: Double?
    private var lastLine = ContinuousClock.now

    /// The digits after the point that losses are shown with.
    private let lossDigits: Int
    /// What the evaluations' figures are.
    private let score: Score?
    /// What an example is called: "picture".
    private let example: String
    /// Writes what the model made to a file.
    private let write: (_ samples: Tensor, _ path: String) throws -> Void
    /// What the file's name ends in.
    private let suffix: String
    /// The step after which the last epoch was told of.
    private var notedStep = 0

    /// A reporter of a run of a model.
    init<Configuration: ModelConfiguration>(
        folder: RunFolder, _ configuration: Configuration, on device: Device
    ) {
        self.folder = folder
        score = Configuration.score
        lossDigits = Configuration.defaults.lossDigits
        example = Configuration.example
        suffix = Configuration.Data.fileSuffix
        write = { _ = try configuration.write($0, to: $1, on: device) }
    }

    /// Takes note of what happened.
    mutating func report(_ event: TrainingEvent) throws {
        switch event {
        case .started(let step, let stepCount):
            if step > 0 { Console.note("Resuming after step \(step) of \(stepCount).") }
        case .progressed(let progress):
            if progress.epoch != self.progress?.epoch { epochLoss = Mean() }
            epochLoss.add(progress.loss, weight: Double(progress.step - (self.progress?.step ?? 0)))
            self.progress = progress
            Console.show(statusLine(progress))
            if !Console.isTerminal, ContinuousClock.now - lastLine > .seconds(10) {
                note(plainLine(progress))
            }
        case .completedEpoch(_, let seconds):
            epochSeconds = seconds
        case .evaluated(let step, let evaluation):
            noteEpoch(evaluation)
            notedStep = step
        case .sampled(let step, let samples):
            if step != notedStep { noteEpoch(nil) }
            let digits = String(step)
            let number = String(repeating: "0", count: max(6 - digits.count, 0)) + digits
            try write(samples, folder.samplesPath + "/step-\(number)\(suffix)")
        case .rescaled(let step, let scale):
            let count = scale.skippedCount
            note(
                "step \(step)  loss scale \(Format.number(Double(scale.scale), digits: 0)), "
                    + "\(count) \(count == 1 ? "update" : "updates") skipped so far")
        case .alarmed(let step, let change):
            note(
                "step \(step)  " + (change.text.map { "alarm: \($0)" } ?? "the alarm \(change.name) is over"))
        case .saved:
            break
        }
    }

    /// The line that stays of an epoch.
    private mutating func noteEpoch(_ evaluation: Evaluation?) {
        guard let progress else { return }
        var line = "epoch \(Self.padded(progress.epoch, like: progress.epochCount))/\(progress.epochCount)"
        if epochSeconds == nil { line += "  step \(progress.step)/\(progress.stepCount)" }
        line += "  loss \(Format.number(epochLoss.value, digits: lossDigits))"
        if let evaluation, let score { line += "  test \(score.text(evaluation.value))" }
        if let epochSeconds { line += "  \(Format.number(epochSeconds, digits: 2)) s" }
        if progress.step < progress.stepCount { line += "  \(Format.duration(progress.secondsLeft)) left" }
        note(line)
        epochSeconds = nil
    }

    private mutating func note(_ line: String) {
        Console.note(line)
        lastLine = .now
    }

    private func statusLine(_ progress: TrainingProgress) -> String {
        let part = Double(progress.step) / Double(max(progress.stepCount, 1))
        return "\(Format.bar(part))  \(plainLine(progress))"
    }

    private func plainLine(_ progress: TrainingProgress) -> String {
        "step \(progress.step)/\(progress.stepCount)  loss \(Format.number(progress.loss, digits: lossDigits))"
            + "  \(Format.count(progress.examplesPerSecond)) \(example)s/s"
            + "  \(Format.duration(progress.secondsLeft)) left"
    }

    private static func padded(_ value: Int, like widest: Int) -> String {
        String(repeating: " ", count: max(String(widest).count - String(value).count, 0)) + String(value)
    }
}

/// A mean that grows with its values.
private struct Mean {
    private var sum = 0.0
    private var weight = 0.0

    mutating func add(_ value: Double, weight: Double) {
        sum += value * weight
        self.weight += weight
    }

    var value: Double { weight > 0 ? sum / weight : .nan }
}
