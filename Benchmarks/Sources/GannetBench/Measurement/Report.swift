import Gannet

/// One measurement.
struct Report {
    let operation: String
    let shape: String
    let device: String
    let work: Work
    let timing: Timing
    let roofline: Roofline

    var gigaflopsPerSecond: Double { work.operations / timing.median * 1e-9 }
    var gigabytesPerSecond: Double { work.bytes / timing.median * 1e-9 }

    /// The least time that the device's roofline allows, divided by the median; above 1 where data stay in caches
    /// that are faster than the memory.
    var fractionOfPeak: Double { roofline.leastSeconds(for: work) / timing.median }

    /// The fields as they are printed.
    var json: JSON {
        [
            "operation": .string(operation), "shape": .string(shape), "device": .string(device),
            "medianSeconds": .number(timing.median), "minimumSeconds": .number(timing.minimum),
            "firstSeconds": .number(timing.first), "repeats": .integer(timing.repeats.count),
            "gigaflopsPerSecond": .number(gigaflopsPerSecond),
            "gigabytesPerSecond": .number(gigabytesPerSecond), "fractionOfPeak": .number(fractionOfPeak),
            "roofline": roofline.json,
        ]
    }

    /// The fields as they are printed, with the command that they are of.
    func json(of command: [String]) -> JSON {
        guard case .object(var fields) = json else { return json }
        fields["command"] = .string(command.joined(separator: " "))
        return .object(fields)
    }

    /// The names above the columns of ``row``.
    static let heading = Table.Row(
        "operation", ["shape"],
        ["medianSeconds", "minimumSeconds", "gigaflopsPerSecond", "gigabytesPerSecond", "fractionOfPeak"])

    /// One line of the table.
    var row: Table.Row {
        Table.Row(
            operation, [shape],
            [
                Table.seconds(timing.median), Table.seconds(timing.minimum),
                Table.number(gigaflopsPerSecond, digits: 2), Table.number(gigabytesPerSecond, digits: 2),
                Table.number(fractionOfPeak, digits: 3),
            ])
    }
}
