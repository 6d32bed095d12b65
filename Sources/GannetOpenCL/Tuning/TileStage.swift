/// A round of candidates. All tiles of the GPU style are in one; of the CPU style, columns and panels come first, and then
/// rows for the best of these.
enum TileStage {
    case groups
    case widths
    case heights

    /// The rounds of a style, in order.
    static func all(_ style: KernelStyle) -> [TileStage] {
        switch style {
        case .gpu: [.groups]
        case .cpu: [.widths, .heights]
        }
    }

    /// The tiles to try.
    ///
    /// - Parameters:
    ///   - best: The best candidate so far; nil where the built-in choice is better.
    ///   - columns: The columns of the problem.
    func tiles(after best: Tile?, columns: Int) -> [Tile] {
        switch self {
        case .groups: return GroupTile.candidates.map { Tile($0) }
        case .widths:
            // A panel more than there are columns for is empty.
            return [(16, 1), (16, 2), (16, 4), (32, 1), (32, 2), (32, 4)].filter { ($1 - 1) * $0 < columns }
                .map { Tile(VectorTileSizes(columns: $0, panels: $1)) }
        case .heights:
            var sizes = VectorTileSizes()
            if case .vector(let widths)? = best?.sizes { sizes = widths }
            return [6, 7, 8, 10, 12, 14].map { rows in
                sizes.rows = rows
                return Tile(sizes)
            }
        }
    }
}
