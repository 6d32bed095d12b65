/// The sums that a work-item of the CPU style keeps in registers, and how many tiles share what it reads.
struct VectorTile {
    /// The rows of a tile.
    let rows: Int
    /// The columns of a tile: 16 or 32.
    let columns: Int
    /// How many panels of columns a work-item makes.
    let panels: Int

    /// The tile for results of so many rows and columns.
    init(rows: Int, channels: Int) {
        self.rows = Self.rows(rows)
        columns = channels <= 16 ? 16 : 32
        panels = max(1, min(4, (channels + columns - 1) / columns))
    }

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

    /// The rows of a tile: from 8 to 12, as few as possible too many where that counts.
    static func rows(_ m: Int) -> Int {
        if m <= 12 { return max(1, m) }
        if m >= 1000 { return 12 }
        return (8...12).min { ((m + $0 - 1) / $0 * $0, -$0) < ((m + $1 - 1) / $1 * $1, -$1) } ?? 12
    }
}
