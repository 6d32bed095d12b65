/// `metrics.jsonl`: a JSON object a line, in order of steps, without times, so that a resumed run's file equals
/// an unbroken one's. Beside it goes an ``EventFile``, which says when each step was made.
package struct MetricsLog {
    /// The losses of each step, by their names in the order in which they were given.
    package private(set) var losses: [(name: String, values: [(step: Int, value: Double)])]
    /// The results of evaluations.
    package private(set) var evaluations: [(step: Int, value: Double)] = []

    /// What evaluations give.
    package let measure: EvaluationMeasure

    private let path: String
    private var pending = ""
    /// Where TensorBoard reads the same numbers.
    private var events: EventFile?

    /// Starts a log that keeps of an earlier one the lines up to and with `step`. Later lines, and a line that
    /// was cut short, belong to steps that will be made again.
    package init(
        _ path: String, lossNames: [String] = ["loss"],
        measure: EvaluationMeasure = .negativeLogLikelihoodBound, resumingAfter step: Int,
        events: EventFile? = nil
    ) throws(FileError) {
        self.path = path
        self.measure = measure
        self.events = events
        losses = lossNames.map { ($0, []) }
        var kept: [UInt8] = []
        if step > 0, FileAccess.exists(path) {
            for line in try FileAccess.read(path).split(separator: UInt8(ascii: "\n")) {
                guard let entry = try? JSON(parsing: line), let lineStep = entry["step"]?.integerValue,
                    lineStep <= step
                else { break }
                kept += line + [UInt8(ascii: "\n")]
                for (index, series) in losses.enumerated() {
                    if let loss = entry[series.name]?.doubleValue {
                        losses[index].values.append((lineStep, loss))
                    }
                }
                if let value = entry[measure.name]?.doubleValue {
                    evaluations.append((lineStep, value))
                }
            }
        }
        try FileAccess.write(kept, to: path)
    }

    /// The best of the evaluations, the first where several are equal.
    package var best: (step: Int, value: Double)? {
        evaluations.reduce(nil) { best, evaluation in
            measure.isImprovement(evaluation.value, over: best?.value) ? evaluation : best
        }
    }

    /// Notes the losses of a step, one for each name.
    package mutating func append(step: Int, losses values: [Float]) {
        var line: [String: JSON] = ["step": .integer(step)]
        for (index, loss) in values.enumerated() {
            let value = JSON.float(loss)
            // The number that will be read again from its text, so that a resumed run draws the same curve.
            losses[index].values.append((step, value.doubleValue ?? .nan))
            line[losses[index].name] = value
        }
        append(.object(line))
        events?.append(step: step, zip(losses, values).map { .scalar($1, tag: $0.name) })
    }

    /// Notes the result of an evaluation.
    package mutating func append(step: Int, evaluation: Double) {
        evaluations.append((step, evaluation))
        append(["step": .integer(step), measure.name: .number(evaluation)])
        events?.append(step: step, [.scalar(Float(evaluation), tag: measure.name)])
    }

    /// Notes that the loss scale is another one after a step; `name` is that of the optimizer's state.
    package mutating func append(step: Int, lossScale: LossScale, name: String) {
        append([
            "step": .integer(step), name: .float(lossScale.scale),
            "skippedUpdates": .integer(lossScale.skippedCount),
        ])
        events?.append(step: step, [.scalar(lossScale.scale, tag: name)])
    }

    private mutating func append(_ line: JSON) { pending += line.description + "\n" }

    /// Appends what is pending to the files and brings it to the disk.
    package mutating func flush() throws(FileError) {
        if pending.isEmpty { return }
        try FileAccess.append(Array(pending.utf8), to: path, creating: false)
        pending = ""
        try events?.flush()
    }
}
