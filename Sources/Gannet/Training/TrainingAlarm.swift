/// A sign that a training goes wrong, read off a number of `metrics.jsonl`.
public struct TrainingAlarm: Sendable {
    /// Where the number tells of trouble.
    public enum Trouble: Sendable, Hashable {
        /// Below this, until it is above twice as much.
        case below(Double)
        /// Above this, until it is below half as much, or not above 0.
        case above(Double)
    }

    /// What `metrics.jsonl` calls the alarm: "sureDiscriminator".
    public var name: String
    /// The name of the number.
    public var measure: String
    /// Where it tells of trouble.
    public var trouble: Trouble
    /// Over how many steps the number's mean is taken, once after each so many; 1 for a number that evaluations give.
    public var window: Int
    /// What the alarm says: what is wrong, and what helps. It is given the number and, of lost classes, which they are.
    public var sentence: @Sendable (_ value: String, _ detail: String) -> String

    /// Creates an alarm.
    public init(
        _ name: String, on measure: String, _ trouble: Trouble, window: Int = Self.standardWindow,
        saying sentence: @escaping @Sendable (_ value: String, _ detail: String) -> String
    ) {
        if window < 1 { invalidUse("TrainingAlarm", "a window of \(window) steps") }
        self.name = name
        self.measure = measure
        self.trouble = trouble
        self.window = window
        self.sentence = sentence
    }

    /// The steps over which means are taken unless an alarm says otherwise.
    public static let standardWindow = 100

    /// A number with three digits that count.
    static func text(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e6 { return String(Int(value)) }
        var (scaled, scale) = (abs(value), 1.0)
        while scaled < 100, scale < 1e15 { (scaled, scale) = (scaled * 10, scale * 10) }
        return String((value * scale).rounded() / scale)
    }

    /// Whether the alarm is on with a value, where it was so before.
    func isOn(at value: Double, wasOn: Bool) -> Bool {
        switch trouble {
        case .below(let bound): value < (wasOn ? 2 * bound : bound)
        case .above(let bound): value > (wasOn ? bound / 2 : bound)
        }
    }
}

extension TrainingAlarm {
    /// Those on the norm of an optimizer's gradients: Chintala et al., "How to Train a GAN?" (NIPS 2016), points 10 and 16.
    static func ofGradients(of prefix: String, measure: String) -> [TrainingAlarm] {
        let whose = prefix.isEmpty ? "The gradients" : "The \(prefix.dropLast())'s gradients"
        return [
            TrainingAlarm("\(prefix)vanishingGradients", on: measure, .below(1e-5)) { value, _ in
                "\(whose) vanish: their norm is \(value), and nothing is learned from them; another loss, a weaker opponent or noise on "
                    + "what it sees help."
            },
            TrainingAlarm("\(prefix)explodingGradients", on: measure, .above(100)) { value, _ in
                "\(whose) explode: their norm is \(value), over 100; a smaller learning rate, normalisation or clipping help."
            },
        ]
    }

    /// Those on how various samples are.
    static let ofDiversity = [
        TrainingAlarm("collapse", on: SampleDiversity.ratioName, .below(0.5), window: 1) { value, _ in
            "The model makes nearly the same again and again: its samples differ \(value) times as much as the data do; a weaker "
                + "discriminator, a feature of how the batch differs, or the Wasserstein loss with a penalty help."
        },
        TrainingAlarm("lostClasses", on: SampleDiversity.lostClassCountName, .above(0), window: 1) {
            value, detail in
            "The model has lost \(value == "1" ? "a class" : "\(value) classes"): next to no sample is like an example of \(detail); a "
                + "larger batch, a feature of how the batch differs, or telling the model classes help."
        },
    ]
}

/// An alarm that was raised, or has come to an end.
public struct TrainingAlarmChange: Sendable, Hashable {
    /// The alarm's name.
    public var name: String
    /// What it says; nil where it has come to an end.
    public var text: String?

    /// Creates a change.
    public init(name: String, text: String?) { (self.name, self.text) = (name, text) }
}

extension MetricsLog {
    /// Whether an alarm is on, by what became of it so far.
    private func isOn(_ alarm: TrainingAlarm) -> Bool {
        alarmChanges.last { $0.name == alarm.name }?.isRaised ?? false
    }

    /// What becomes of alarms after a step, which is noted.
    package mutating func ring(
        _ alarms: [TrainingAlarm], step: Int, detail: String = ""
    ) -> [TrainingAlarmChange] {
        alarms.compactMap { alarm in
            guard step.isMultiple(of: alarm.window),
                let value = mean(of: alarm.measure, last: alarm.window, upTo: step)
            else { return nil }
            let wasOn = isOn(alarm)
            let isOn = alarm.isOn(at: value, wasOn: wasOn)
            if isOn == wasOn { return nil }
            let text = isOn ? alarm.sentence(TrainingAlarm.text(value), detail) : nil
            append(step: step, alarm: alarm.name, saying: text)
            return TrainingAlarmChange(name: alarm.name, text: text)
        }
    }
}
