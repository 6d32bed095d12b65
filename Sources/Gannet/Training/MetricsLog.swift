/// `metrics.jsonl`: a JSON object a line, in order of steps, without times, so that a resumed run's file equals
/// an unbroken one's. Beside it goes an ``EventFile``, which says when each step was made.
package struct MetricsLog {
    package typealias Series = [(step: Int, value: Double)]

    /// An alarm that was raised, or came to an end.
    package struct AlarmChange: Hashable {
        package let step: Int
        package let name: String
        package let isRaised: Bool
    }

    /// The numbers under each name.
    package private(set) var series: [String: Series] = [:]
    /// What became of alarms.
    package private(set) var alarmChanges: [AlarmChange] = []

    /// The names of the losses of a step, in the order in which they are given.
    package let lossNames: [String]
    /// What evaluations give.
    package let measure: EvaluationMeasure

    private let path: String
    private var pending = ""
    /// Where TensorBoard reads the same numbers.
    private var events: EventFile?

    private static let stepKey = "step"
    private static let alarmKey = "alarm"
    private static let raisedKey = "isRaised"

    /// Starts a log that keeps of an earlier one the lines up to and with `step`. Later lines, and a line that
    /// was cut short, belong to steps that will be made again.
    package init(
        _ path: String, lossNames: [String] = ["loss"],
        measure: EvaluationMeasure = .negativeLogLikelihoodBound, resumingAfter step: Int,
        events: EventFile? = nil
    ) throws(FileError) {
        self.path = path
        self.lossNames = lossNames
        self.measure = measure
        self.events = events
        var kept: [UInt8] = []
        if step > 0, FileAccess.exists(path) {
            for line in try FileAccess.read(path).split(separator: UInt8(ascii: "\n")) {
                guard let entry = try? JSON(parsing: line), let lineStep = entry[Self.stepKey]?.integerValue,
                    lineStep <= step
                else { break }
                kept += line + [UInt8(ascii: "\n")]
                note(entry, step: lineStep)
            }
        }
        try FileAccess.write(kept, to: path)
    }

    /// The losses of each step, by their names in the order in which they are given.
    package var losses: [(name: String, values: Series)] { lossNames.map { ($0, series[$0] ?? []) } }
    /// The results of evaluations.
    package var evaluations: Series { series[measure.name] ?? [] }

    /// The best of the evaluations, the first where several are equal.
    package var best: (step: Int, value: Double)? {
        evaluations.reduce(nil) { best, evaluation in
            measure.isImprovement(evaluation.value, over: best?.value) ? evaluation : best
        }
    }

    /// The mean of the numbers under a name over the last `count` steps up to `step`; nil where there are none.
    package func mean(of name: String, last count: Int, upTo step: Int) -> Double? {
        let values = (series[name] ?? []).reversed().drop { $0.step > step }
            .prefix { $0.step > step - count }
        return values.isEmpty ? nil : values.reduce(0) { $0 + $1.value } / Double(values.count)
    }

    /// Notes the losses of a step, one for each name, and other numbers; of these, the finite ones.
    package mutating func append(step: Int, losses: [Float], others: [(name: String, value: Float)] = []) {
        append(
            step: step,
            Array(zip(lossNames, losses)).map { ($0, JSON.float($1)) }
                + others.filter(\.value.isFinite).map { ($0.name, .float($0.value)) })
    }

    /// Notes the result of an evaluation.
    package mutating func append(step: Int, evaluation: Double) {
        append(step: step, [(measure.name, .number(evaluation))])
    }

    /// Notes how various samples are.
    package mutating func append(step: Int, _ diversity: SampleDiversity) {
        append(step: step, diversity.numbers.filter(\.value.isFinite).map { ($0.name, .number($0.value)) })
    }

    /// Notes that the loss scale is another one after a step; `name` is that of the optimizer's state.
    package mutating func append(step: Int, lossScale: LossScale, name: String) {
        append(
            step: step,
            [(name, .float(lossScale.scale)), ("skippedUpdates", .integer(lossScale.skippedCount))])
    }

    /// Notes that an alarm is raised, with what it says, or has come to an end, without.
    package mutating func append(step: Int, alarm: String, saying text: String?) {
        var line: [String: JSON] = [
            Self.stepKey: .integer(step), Self.alarmKey: .string(alarm),
            Self.raisedKey: .boolean(text != nil),
        ]
        line["text"] = text.map { .string($0) }
        append(.object(line), step: step)
    }

    private mutating func append(step: Int, _ numbers: [(name: String, value: JSON)]) {
        var line: [String: JSON] = [Self.stepKey: .integer(step)]
        for (name, value) in numbers { line[name] = value }
        append(.object(line), step: step)
        events?.append(
            step: step,
            numbers.map { .scalar(Float($0.value.doubleValue ?? .nan), tag: $0.name) })
    }

    private mutating func append(_ line: JSON, step: Int) {
        pending += line.description + "\n"
        note(line, step: step)
    }

    /// Takes in a line: the numbers that will be read again from its text, so that a resumed run draws the same curves.
    private mutating func note(_ line: JSON, step: Int) {
        for (name, value) in line.objectValue ?? [:] where name != Self.stepKey {
            if let number = value.doubleValue { series[name, default: []].append((step, number)) }
        }
        if let alarm = line[Self.alarmKey]?.stringValue, let isRaised = line[Self.raisedKey]?.booleanValue {
            alarmChanges.append(AlarmChange(step: step, name: alarm, isRaised: isRaised))
        }
    }

    /// Appends what is pending to the files and brings it to the disk.
    package mutating func flush() throws(FileError) {
        if pending.isEmpty { return }
        try FileAccess.append(Array(pending.utf8), to: path, creating: false)
        pending = ""
        try events?.flush()
    }
}
