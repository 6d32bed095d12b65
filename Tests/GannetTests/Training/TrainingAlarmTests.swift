import Foundation
import Gannet
import GannetTestSupport
import Testing

@Suite("Alarms of a training")
struct TrainingAlarmTests {
    private let low = TrainingAlarm("low", on: "loss", .below(1), window: 4) { value, _ in "It is \(value)." }
    private let lost = TrainingAlarm("lost", on: "lostClasses", .above(0), window: 1) { value, detail in
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
                images: Tensor([0, 1, 2, 3] as [Float], shape: [4, 1, 1, 1]),
                labels: Tensor([0, 1, 2, 3] as [Int32]))
            let diversity = try SampleDiversity(
                of: Tensor([0, 2] as [Float], shape: [2, 1, 1, 1]), beside: data, classCount: 4, on: .cpu)
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
}
