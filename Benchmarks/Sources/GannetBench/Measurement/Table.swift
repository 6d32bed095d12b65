/// Lines of text in columns: words on the left, figures on the right.
enum Table {
    /// One line.
    struct Row {
        var words: [String]
        var figures: [String]

        init(_ name: String, _ words: [String] = [], _ figures: [String]) {
            self.words = [name] + words
            self.figures = figures
        }
    }

    /// The lines, each column as wide as its widest entry.
    static func text(_ rows: [Row]) -> String {
        guard let first = rows.first else { return "" }
        func widths(_ cells: (Row) -> [String], _ count: Int) -> [Int] {
            (0..<count).map { column in rows.map { cells($0)[column].count }.max() ?? 0 }
        }
        let words = widths(\.words, first.words.count)
        let figures = widths(\.figures, first.figures.count)
        let lines = rows.map { row in
            let left = zip(row.words, words).map { $0 + spaces($1 - $0.count) }
            let right = zip(row.figures, figures).map { spaces($1 - $0.count) + $0 }
            return (left + right).joined(separator: "  ")
        }
        return lines.joined(separator: "\n")
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }

    /// A number with so many digits after the point.
    static func number(_ value: Double, digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((abs(value) * scale).rounded())
        let whole = String(scaled / Int(scale))
        let rest = String(scaled % Int(scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return digits == 0
            ? sign + whole
            : sign + whole + "." + String(repeating: "0", count: digits - rest.count) + rest
    }

    /// A time in seconds, to the tenth of a microsecond.
    static func seconds(_ value: Double) -> String { number(value, digits: 7) }
}
