import Gannet

/// What the commands have found on one machine.
struct CollectedResults {
    private let machine = Machine()
    private let probe: JSON?
    private let conformance: [JSON]
    private let tuning: JSON?
    private let profiles: [JSON]
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
        tuning = try names.contains("tune.json") ? read("tune.json") : nil
        profiles = try names.filter { $0.hasPrefix("profile-") }.map(read)
        times = TimesTable(try names.filter { $0.hasPrefix("column-") }.map(read))
        remarks =
            try names.contains("remarks.json")
            ? (read("remarks.json")["remarks"]?.arrayValue ?? []).compactMap(\.stringValue) : []
        if probe == nil, conformance.isEmpty, tuning == nil, profiles.isEmpty, times.isEmpty {
            throw BenchmarkError("\(folder) holds no results; run the other commands with --json first.")
        }
    }

    /// All of it.
    var json: JSON {
        [
            "machine": machine.json, "probe": probe ?? .null, "conformance": .array(conformance),
            "tuning": tuning ?? .null, "profiles": .array(profiles), "columns": .array(times.columns),
            "remarks": .array(remarks.map { .string($0) }),
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
        if let tuning { parts.append(Self.tuning(tuning)) }
        parts += profiles.map(Self.profile)
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

    /// The problems that have faster tiles than those built in, and what was wrong with others.
    private static func tuning(_ tuning: JSON) -> String {
        let problems = tuning["problems"]?.arrayValue ?? []
        func microseconds(_ seconds: JSON?) -> String {
            seconds?.doubleValue.map { Table.number($0 * 1e6, digits: 1) } ?? "wrong"
        }
        let rows = problems.compactMap { problem in
            problem["tile"]?.stringValue.map { tile in
                [
                    problem["problem"]?.stringValue ?? "", tile, microseconds(problem["builtInSeconds"]),
                    microseconds(problem["bestSeconds"]),
                ]
            }
        }
        let rejections = problems.flatMap { $0["rejections"]?.arrayValue ?? [] }.compactMap(\.stringValue)
        return
            ([
                "## Tiles",
                "\(rows.count) of \(problems.count) problems have faster tiles than those built in "
                    + "(\(tuning["tiles"]?.stringValue ?? "?")).",
                rows.isEmpty
                    ? ""
                    : Markdown.table(["problem", "tile", "built in, µs", "best, µs"], rows, figures: 2..<4),
            ] + rejections.map { "- " + $0 }).filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// The kernels of a step, those that take longest first.
    private static func profile(_ profile: JSON) -> String {
        func text(_ number: JSON?, _ factor: Double, digits: Int) -> String {
            Table.number((number?.doubleValue ?? .nan) * factor, digits: digits)
        }
        let total = profile["seconds"]?.doubleValue ?? .nan
        let rows = (profile["kernels"]?.arrayValue ?? []).prefix(mostKernels).map { kernel in
            [
                kernel["kernel"]?.stringValue ?? "", kernel["label"]?.stringValue ?? "",
                text(kernel["seconds"], 1e6, digits: 1), text(kernel["seconds"], 100 / total, digits: 1),
                text(kernel["fractionOfPeak"], 1, digits: 2),
            ]
        }
        return "## Kernels of \(profile["step"]?.stringValue ?? "?")\n\n"
            + "\(text(profile["seconds"], 1e3, digits: 3)) ms in all, "
            + "\(text(profile["fractionOfPeak"], 1, digits: 2)) of the roofline. The longest:\n\n"
            + Markdown.table(
                ["kernel", "what it computes", "µs", "%", "of roofline"], Array(rows), figures: 2..<5)
    }

    /// The kernels of a step that the table has; the JSON has all.
    private static let mostKernels = 25

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
