/// The sums that a work-item of the CPU style keeps in registers, and how many tiles share what it reads.
struct VectorTile {
    /// The rows of a tile.
    let rows: Int
    /// The columns of a tile: 16 or 32.
    let columns: Int
    /// How many panels of columns a work-item makes.
    let panels: Int

    /// The number of work-items that so many columns take.
    func blocks(_ channels: Int) -> Int { (channels + panels * columns - 1) / (panels * columns) }

    /// As the names that the kernels know.
    var definitions: [(String, String)] {
        [
            ("ROWS", "\(rows)"), ("COLUMNS", "\(columns)"), ("PANELS", "\(panels)"),
            ("EACH_ROW(X)", Self.eachRow(rows)),
        ]
    }

    /// What stands for X(0) X(1) … .
    static func eachRow(_ rows: Int) -> String { (0..<rows).map { "X(\($0))" }.joined(separator: " ") }

    /// The rows of a tile that covers stretches of these lengths with the least work: from 6 to 14, the most for which
    /// all sums stay in registers, or as many as the longest stretch has.
    static func rows(toCover lengths: [Int]) -> Int {
        let longest = lengths.max() ?? 1
        if longest < 6 { return max(1, longest) }
        func work(_ rows: Int) -> Int { lengths.reduce(0) { $0 + ($1 + rows - 1) / rows * (2 * rows + 3) } }
        return (6...14).min { (work($0), -$0) < (work($1), -$1) } ?? 12
    }
}
