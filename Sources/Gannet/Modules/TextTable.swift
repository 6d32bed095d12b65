/// Columns of text under each other.
struct TextTable {
    /// Where the texts of a column stand.
    enum Alignment {
        case left
        case right
    }

    /// How the columns are aligned.
    let columns: [Alignment]
    private var rows: [[String]] = []

    /// Creates a table without rows.
    init(_ columns: [Alignment]) { self.columns = columns }

    /// Adds a row with one text a column.
    mutating func append(_ row: [String]) { rows.append(row) }

    /// The rows as lines, two spaces between columns and none at the ends of lines.
    var lines: [String] {
        let widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, text) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - text.count)
                line += column == 0 ? "" : "  "
                line += columns[column] == .left ? text + space : space + text
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}

extension Int {
    /// The number with a comma after each three digits: "1,234,567".
    var grouped: String {
        var digits = Array(String(magnitude))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return (self < 0 ? "-" : "") + String(digits)
    }
}
