/// A sign that a training goes wrong, read off a number of `metrics.jsonl`.
public struct TrainingAlarm: Sendable {
    /// Where the number tells of trouble.
    public enum Trouble: Sendable, Hashable {
        /// Below the first number, until it is not below the second.
        case below(Double, until: Double)
        /// Above the first number, until it is not above the second.
        case above(Double, until: Double)
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

    /// A number with three digits that count, or a whole one.
    static func text(_ value: Double) -> String {
        var (scaled, scale) = (abs(value), 1.0)
        while scaled < 100, scaled > 0, scale < 1e300 { (scaled, scale) = (scaled * 10, scale * 10) }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
    }

    /// Whether the alarm is on with a value, where it was so before.
    func isOn(at value: Double, wasOn: Bool) -> Bool {
        switch trouble {
        case .below(let bound, let end): value < (wasOn ? end : bound)
        case .above(let bound, let end): value > (wasOn ? end : bound)
        }
    }
}

extension TrainingAlarm {
    /// Those on the norm of an optimizer's gradients: Chintala et al., "How to Train a GAN?" (NIPS 2016), points 10 and 16.
    package static func ofGradients(of prefix: String, measure: String) -> [TrainingAlarm] {
        let whose = prefix.isEmpty ? "The gradients" : "The \(prefix.dropLast())'s gradients"
        return [
            TrainingAlarm("\(prefix)vanishingGradients", on: measure, .below(1e-5, until: 2e-5)) {
                value, _ in
                "\(whose) vanish: their norm is \(value), and next to nothing is learned from them; another loss or another initialisation "
                    + "help, and against an opponent that has won a slower one."
            },
            TrainingAlarm("\(prefix)explodingGradients", on: measure, .above(100, until: 50)) { value, _ in
                "\(whose) explode: their norm is \(value), over 100; a smaller learning rate, normalisation or clipping help."
            },
        ]
    }

    /// Those on how various samples are.
    package static let ofDiversity = [
        TrainingAlarm("collapse", on: SampleDiversity.ratioName, .below(0.5, until: 0.6), window: 1) {
            value, _ in
            "The model makes nearly the same again and again: its samples differ \(value) times as much as the data do; a weaker "
                + "discriminator, a feature of how the batch differs, or the Wasserstein loss with a penalty help."
        },
        TrainingAlarm("lostClasses", on: SampleDiversity.lostClassCountName, .above(0, until: 0), window: 1) {
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
