import Gannet

/// What the commands have found on one machine.
struct CollectedResults {
    private let machine = Machine()
    private let probe: JSON?
    private let conformance: [JSON]
    private let times: TimesTable
    private let remarks: [String]

    /// Reads the files in a folder.
    init(folder: String) throws {
        func read(_ name: String) throws -> JSON {
            let text = try TextFile.read(folder + "/" + name)
            do throws(JSONError) {
                return try JSON(parsing: text)
            } catch {
                throw BenchmarkError("\(folder)/\(name) is no JSON: \(error).")
            }
        }
        let names = try TextFile.names(in: folder).filter { $0.hasSuffix(".json") }.sorted()
        probe = try names.contains("probe.json") ? read("probe.json") : nil
        conformance = try names.filter { $0.hasPrefix("conformance") }
            .flatMap { try read($0)["conformance"]?.arrayValue ?? [] }
        times = TimesTable(try names.filter { $0.hasPrefix("column-") }.map(read))
        remarks =
            try names.contains("remarks.json")
            ? (read("remarks.json")["remarks"]?.arrayValue ?? []).compactMap(\.stringValue) : []
        if probe == nil, conformance.isEmpty, times.isEmpty {
            throw BenchmarkError("\(folder) holds no results; run the other commands with --json first.")
        }
    }

    /// All of it.
    var json: JSON {
        [
            "machine": machine.json, "probe": probe ?? .null, "conformance": .array(conformance),
            "columns": .array(times.columns), "remarks": .array(remarks.map { .string($0) }),
        ]
    }

    /// The same as tables.
    var markdown: String {
        var parts = ["# Gannet on \(machine.summary)"]
        if let devices = probe?["devices"]?.arrayValue, !devices.isEmpty {
            parts.append(Self.devices(devices))
            parts.append(Self.instructions(devices))
        }
        for remark in probe?["remarks"]?.arrayValue ?? [] { parts.append(remark.stringValue ?? "") }
        if !conformance.isEmpty { parts.append(Self.conformance(conformance)) }
        if !times.isEmpty { parts.append("## Times\n\n" + times.markdown) }
        parts += remarks
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func devices(_ devices: [JSON]) -> String {
        let rows = devices.map { device in
            let roofline = device["roofline"]
            return [
                device["device"]?.stringValue, device["name"]?.stringValue, device["driver"]?.stringValue,
                device["version"]?.stringValue, device["computeUnits"]?.integerValue.map(String.init),
                (roofline?["gigaflopsPerSecond"]?.doubleValue).map { Table.number($0, digits: 0) },
                (roofline?["gigabytesPerSecond"]?.doubleValue).map { Table.number($0, digits: 1) },
            ].map { $0 ?? device["refusal"]?.stringValue ?? "—" }
        }
        return "## Devices\n\n"
            + Markdown.table(
                ["device", "name", "driver", "version", "units", "FP32 GFLOP/s", "copy GB/s"], rows,
                figures: 4..<7)
    }

    private static func instructions(_ devices: [JSON]) -> String {
        var names: [String] = []
        for case .object(let members)? in devices.map({ $0["instructions"] }) {
            names += members.keys.sorted().filter { !names.contains($0) }
        }
        let rows = names.map { name in
            [name] + devices.map { $0["instructions"]?[name]?["outcome"]?.stringValue ?? "not tried" }
        }
        return "## Instructions\n\n"
            + Markdown.table(["instruction"] + devices.map { $0["device"]?.stringValue ?? "" }, rows)
    }

    private static func conformance(_ outcomes: [JSON]) -> String {
        let rows = outcomes.map { outcome in
            let failures = outcome["failures"]?.arrayValue?.count ?? 0
            return [
                outcome["device"]?.stringValue ?? "", outcome["cases"]?.integerValue.map(String.init) ?? "",
                "\(failures)", Table.number(outcome["seconds"]?.doubleValue ?? .nan, digits: 1),
            ]
        }
        return "## Conformance\n\n"
            + Markdown.table(["device", "cases", "failures", "seconds"], rows, figures: 1..<4)
    }
}
