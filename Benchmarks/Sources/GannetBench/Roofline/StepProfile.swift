import Gannet
import GannetCompiler

/// The kernels of a training step beside what the device can do.
struct StepProfile {
    /// The step: "step vae 128".
    let title: String
    let device: String
    let roofline: Roofline
    private let calls: [CallTimes.Call]

    init(title: String, device: String, roofline: Roofline, calls: [CallTimes.Call]) {
        (self.title, self.device, self.roofline) = (title, device, roofline)
        self.calls = calls.sorted { $0.leastSeconds > $1.leastSeconds }
    }

    private var total: Double { calls.reduce(0) { $0 + $1.leastSeconds } }

    /// The least time that the roofline allows a call, divided by its time.
    private func fraction(_ call: CallTimes.Call) -> Double {
        let work = Work(operations: Double(call.operationCount), bytes: Double(call.byteCount))
        return roofline.leastSeconds(for: work) / max(call.leastSeconds, 1e-9)
    }

    /// What the whole step is of the roofline: the sum of what each call must take, divided by the sum of times.
    private var fraction: Double {
        calls.reduce(0) { $0 + fraction($1) * $1.leastSeconds } / max(total, 1e-9)
    }

    /// The fields as they are printed.
    var json: JSON {
        [
            "step": .string(title), "device": .string(device), "roofline": roofline.json,
            "seconds": .number(total), "fractionOfPeak": .number(fraction),
            "kernels": .array(
                calls.map { call in
                    [
                        "kernel": .string(call.kernel), "label": .string(call.label),
                        "seconds": .number(call.leastSeconds), "operations": .integer(call.operationCount),
                        "bytes": .integer(call.byteCount), "fractionOfPeak": .number(fraction(call)),
                    ]
                }),
        ]
    }

    /// A line a kernel, and one for all.
    var text: String {
        func row(_ name: String, _ label: String, _ seconds: Double, _ figures: [String]) -> Table.Row {
            Table.Row(
                name, [label],
                [
                    Table.number(1e3 * seconds, digits: 3),
                    Table.number(100 * seconds / max(total, 1e-9), digits: 1),
                ] + figures)
        }
        let heading = Table.Row(
            "kernel", ["what it computes"], ["ms", "%", "GFLOP/s", "GB/s", "of roofline"])
        let rows = calls.map { call in
            let seconds = max(call.leastSeconds, 1e-9)
            return row(
                call.kernel, call.label, call.leastSeconds,
                [
                    Table.number(1e-9 * Double(call.operationCount) / seconds, digits: 1),
                    Table.number(1e-9 * Double(call.byteCount) / seconds, digits: 1),
                    Table.number(fraction(call), digits: 2),
                ])
        }
        let sum = row("all of \(title)", "", total, ["", "", Table.number(fraction, digits: 2)])
        return Table.text([heading] + rows + [sum])
    }
}
