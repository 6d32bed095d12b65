/// How the CPU style cuts a matrix product: a work-item makes a block of rows and some panels of columns, whose products
/// it sums a stretch at a time.
struct ProductBlocking {
    /// The sums that stay in registers, and the panels that share the rows that are copied for a tile.
    let tile: VectorTile
    /// The longest stretch of products.
    let depth: Int
    /// The rows of a block, whole tiles.
    let rowBlock: Int
    /// The number of blocks of rows, and of columns.
    let (rowBlocks, columnBlocks): (Int, Int)
    /// The number of stretches.
    private let stretches: Int

    /// The work-items of one product.
    var items: Int { rowBlocks * columnBlocks }

    /// The longest stretch for which a panel stays in the second cache beside the others, and a tile's rows in the first.
    private static let longestStretch = 256
    /// The most rows of a block, whose sums stay in the second cache.
    private static let mostRows = 512
    /// What a step of all products costs beside a row of a panel, which takes a cycle: a panel's packing, and a row's copy.
    private static let (packing, copying) = (20.0, 0.2)

    /// The blocking with which so many compute units are expected to end first.
    ///
    /// - Parameters:
    ///   - m: The rows, `n` the columns and `k` the products of a sum, `batch` times.
    ///   - longestSum: The most products that are added one by one.
    ///   - tuned: What is not to be chosen here.
    init(
        m: Int, n: Int, k: Int, batch: Int, longestSum: Int, computeUnits: Int, tuned: VectorTileSizes
    ) {
        let columns = tuned.columns ?? (n <= 16 ? 16 : 32)
        let rows = tuned.rows.map { max(1, min($0, m)) } ?? VectorTile.rows(toCover: [m])
        let longest = min(Self.longestStretch, longestSum)
        stretches = max(1, (k + longest - 1) / longest)
        depth = max(1, (k + stretches - 1) / stretches)
        let columnPanels = (n + columns - 1) / columns
        let tiles = (m + rows - 1) / rows
        let mostTiles = max(1, Self.mostRows / rows)
        var best = (time: Double.infinity, tiles: 1, panels: 1)
        let choices = tuned.panels.map { [$0] } ?? [4, 2, 1].filter { $0 == 1 || $0 < 2 * columnPanels }
        for panels in choices {
            for parts in (tiles + mostTiles - 1) / mostTiles...max(1, tiles) {
                let tiles = (tiles + parts - 1) / parts
                let panels = min(panels, columnPanels)
                let items = batch * parts * ((columnPanels + panels - 1) / panels)
                let item =
                    Double(panels) * (Double(tiles * rows) + Self.packing) + Double(tiles * rows)
                    * Self.copying
                // Units take items as they become free, and at the end wait for one another.
                let turns = max(1, Double(items) / Double(computeUnits) + (items > 1 ? 1 : 0))
                if turns * item < best.time { best = (turns * item, tiles, panels) }
                if items >= 64 * computeUnits { break }
            }
        }
        tile = VectorTile(rows: rows, columns: columns, panels: best.panels)
        rowBlock = best.tiles * rows
        rowBlocks = (m + rowBlock - 1) / rowBlock
        columnBlocks = tile.blocks(n)
    }

    /// As the names that the kernel knows; whether it copies stretches of rows, or a tile's elements of each step,
    /// a vector each.
    func definitions(copiesRows: Bool) -> [(String, String)] {
        // Neighbours are an odd number of cache lines apart.
        let pitch = (depth + 15) / 16 / 2 * 32 + 16
        return tile.definitions + [
            ("K_BLOCK", "\(depth)"), ("ROW_BLOCK", "\(rowBlock)"), ("ROW_BLOCKS", "\(rowBlocks)"),
            ("COLUMN_BLOCKS", "\(columnBlocks)"),
            ("SUM_TILES", "\(stretches > 1 ? rowBlock / tile.rows : 1)"),
            ("LEFT_ROW", copiesRows ? "\(pitch)" : "1"), ("LEFT_STEP", copiesRows ? "1" : "16"),
            ("LEFT_SIZE", "\(copiesRows ? tile.rows * pitch : 16 * depth)"),
        ]
    }
}
