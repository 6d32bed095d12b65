/// Tables in Markdown.
enum Markdown {
    /// A table; the columns `figures` are aligned to the right.
    static func table(_ heading: [String], _ rows: [[String]], figures: Range<Int> = 0..<0) -> String {
        let rule = heading.indices.map { figures.contains($0) ? "---:" : "---" }
        let lines = [heading.map(escaped), rule] + rows.map { $0.map(escaped) }
        return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    private static func escaped(_ cell: String) -> String {
        cell.reduce(into: "") { text, character in
            switch character {
            case "|": text += "\\|"
            case "\n": text += " "
            default: text.append(character)
            }
        }
    }
}
