import Foundation
import Gannet
import GannetTestSupport
import Testing

@Suite("Alarms of a training")
struct TrainingAlarmTests {
    private let low = TrainingAlarm("low", on: "loss", .below(1, until: 2), window: 4) { value, _ in
        "It is \(value)."
    }
    private let lost = TrainingAlarm("lost", on: "lostClasses", .above(0, until: 0), window: 1) {
        value, detail in
        "\(value): \(detail)"
    }

    @Test(
        "An alarm is raised by the mean of its steps, and over when that is well again, also in a resumed run"
    )
    func window() throws {
        // The means of four steps are 2, 0.75, 1.75, 2.5, 0.0123456.
        let losses: [Float] = [
            0, 0, 4, 4, 0, 0, 0, 3, 1, 2, 2, 2, 3, 3, 2, 2, 0.0123456, 0.0123456, 0.0123456, 0.0123456,
        ]
        for stop in 0..<losses.count {
            try withTemporaryFolder { folder in
                let path = folder + "/metrics.jsonl"
                var log = try MetricsLog(path, resumingAfter: 0)
                var told: [Int: TrainingAlarmChange] = [:]
                for (number, loss) in losses.enumerated() {
                    if number == stop {
                        try log.flush()
                        log = try MetricsLog(path, resumingAfter: stop)
                    }
                    log.append(step: number + 1, losses: [loss])
                    for change in log.ring([low], step: number + 1) { told[number + 1] = change }
                }
                #expect(
                    told == [
                        8: TrainingAlarmChange(name: "low", text: "It is 0.75."),
                        16: TrainingAlarmChange(name: "low", text: nil),
                        20: TrainingAlarmChange(name: "low", text: "It is 0.0123."),
                    ])
            }
        }
    }

    @Test func aNumberOfEvaluations() throws {
        try withTemporaryFolder { folder in
            var log = try MetricsLog(folder + "/metrics.jsonl", resumingAfter: 0)
            #expect(log.ring([lost], step: 1).isEmpty)
            let data = Batch(
                images: Tensor((0..<160).map { Float($0 % 4) }, shape: [160, 1, 1, 1]),
                labels: Tensor((0..<160).map { Int32($0 % 4) }))
            let diversity = try SampleDiversity(
                of: Tensor((0..<60).map { Float($0 % 2 * 2) }, shape: [60, 1, 1, 1]), beside: data,
                classCount: 4, on: .cpu)
            log.append(step: 5, diversity)
            #expect(
                log.ring([lost], step: 5, detail: "class 1 and 3")
                    == [TrainingAlarmChange(name: "lost", text: "2: class 1 and 3")])
            #expect(log.ring([lost], step: 6).isEmpty)
            try log.flush()
            let text = try String(contentsOfFile: folder + "/metrics.jsonl", encoding: .utf8)
            #expect(
                text.split(separator: "\n").last
                    == "{\"alarm\":\"lost\",\"isRaised\":true,\"step\":5,\"text\":\"2: class 1 and 3\"}")
        }
    }

    @Test("Gradients ring where they vanish and where they explode, and until they are well again")
    func gradients() throws {
        let alarms = TrainingAlarm.ofGradients(of: "generator.", measure: "norm")
        try withTemporaryFolder { folder in
            var log = try MetricsLog(folder + "/metrics.jsonl", resumingAfter: 0)
            var told: [String] = []
            // A mean of a hundred steps each.
            for (block, norm) in ([1, 5e-6, 1.5e-5, 1, 99, 101, 1234.5, 60, 49] as [Float]).enumerated() {
                for step in block * 100 + 1...block * 100 + 100 {
                    log.append(step: step, losses: [0], others: [("norm", norm)])
                    told += log.ring(alarms, step: step).map {
                        "\(step) \($0.name) \($0.text == nil ? "over" : "raised")"
                    }
                }
            }
            #expect(
                told == [
                    "200 generator.vanishingGradients raised", "400 generator.vanishingGradients over",
                    "600 generator.explodingGradients raised", "900 generator.explodingGradients over",
                ])
        }
        #expect(
            alarms[1].sentence("101", "").hasPrefix("The generator's gradients explode: their norm is 101"))
        #expect(
            TrainingAlarm.ofGradients(of: "", measure: "x")[0].sentence("0", "").hasPrefix(
                "The gradients vanish"))
    }

    @Test("A collapse is over when samples differ again, and rings anew")
    func collapse() throws {
        try withTemporaryFolder { folder in
            var log = try MetricsLog(folder + "/metrics.jsonl", resumingAfter: 0)
            var random = RandomStream(seed: 1)
            let data = try random.normal([60, 1, 3, 1]).evaluated(on: .cpu)
            var told: [Bool] = []
            for (step, scale) in ([0.3, 0.55, 0.9, 0.55, 0.3] as [Float]).enumerated() {
                log.append(
                    step: step,
                    try SampleDiversity(
                        of: data * .literal(scale), beside: Batch(images: data), classCount: nil, on: .cpu))
                told += log.ring(TrainingAlarm.ofDiversity, step: step).map { $0.text != nil }
            }
            #expect(told == [true, false, true])
        }
    }
}
