import Gannet

/// Times of the same commands by several programs or devices, beside one another.
struct TimesTable {
    /// What each of them printed: an object with `name` or `device`, `peer` (whether it is another library), and
    /// `results`.
    let columns: [JSON]

    /// The results of each column by command.
    private let results: [[String: JSON]]

    init(_ columns: [JSON]) {
        self.columns = columns
        results = columns.map { column in
            Dictionary(
                (column["results"]?.arrayValue ?? []).map { ($0["command"]?.stringValue ?? "", $0) },
                uniquingKeysWith: { first, _ in first })
        }
    }

    var isEmpty: Bool { columns.isEmpty }

    private static func isPeer(_ column: JSON) -> Bool { column["peer"]?.booleanValue ?? false }

    private static func name(_ column: JSON) -> String {
        column["name"]?.stringValue ?? column["device"]?.stringValue ?? "?"
    }

    /// The commands, in the order in which they appear.
    private var commands: [String] {
        var commands: [String] = []
        for result in columns.flatMap({ $0["results"]?.arrayValue ?? [] }) {
            if let command = result["command"]?.stringValue, !commands.contains(command) {
                commands.append(command)
            }
        }
        return commands
    }

    /// Milliseconds for each command; for Gannet the fraction of the roofline, and how many times the time of the
    /// fastest peer that is.
    var markdown: String {
        let hasPeers = columns.contains(where: Self.isPeer)
        var heading = ["command"]
        for column in columns {
            heading.append(Self.name(column) + ", ms")
            if Self.isPeer(column) { continue }
            heading.append("of roofline")
            if hasPeers { heading.append("÷ best peer") }
        }
        var remarks: [String] = []
        let rows = commands.map { row(of: $0, hasPeers: hasPeers, &remarks) }
        let table = Markdown.table(heading, rows, figures: 1..<heading.count)
        let about = columns.compactMap { column in
            column["about"]?.stringValue.map { "- \(Self.name(column)): \($0)" }
        }
        return ([table, about.joined(separator: "\n")] + remarks).filter { !$0.isEmpty }
            .joined(separator: "\n\n")
    }

    private func row(of command: String, hasPeers: Bool, _ remarks: inout [String]) -> [String] {
        let medians = results.map { $0[command]?["medianSeconds"]?.doubleValue }
        let best = zip(columns, medians).compactMap { Self.isPeer($0) ? $1 : nil }.min()
        var cells = ["`\(command)`"]
        for (number, column) in columns.enumerated() {
            let result = results[number][command]
            if let error = result?["error"]?.stringValue {
                let remark = "\(Self.name(column)): \(error)"
                // What is said of several commands is said once.
                if !remarks.contains(remark) { remarks.append(remark) }
            }
            cells.append(medians[number].map { Table.milliseconds($0) } ?? "—")
            if Self.isPeer(column) { continue }
            let fraction = result?["fractionOfPeak"]?.doubleValue
            cells.append(fraction.map { Table.number($0, digits: 2) } ?? "—")
            if hasPeers {
                let ratio = medians[number].flatMap { median in best.map { median / $0 } }
                cells.append(ratio.map { Table.number($0, digits: $0 < 0.02 ? 4 : 2) } ?? "—")
            }
        }
        return cells
    }
}

extension Table {
    /// A time in milliseconds, to about three digits that count.
    static func milliseconds(_ seconds: Double) -> String {
        let value = seconds * 1e3
        return number(value, digits: value < 1 ? 4 : value < 10 ? 3 : value < 100 ? 2 : 1)
    }
}
