import GannetCompiler

/// How the CPU style walks over the positions of a convolution: in strips of neighbours in one row, which share what
/// they read; or, where rows are short, any positions, each of which gathers its own.
struct ConvolutionStrips {
    /// Whether tiles are strips of one row.
    let areStriped: Bool
    /// The most positions of a tile.
    let rows: Int
    /// The number of tiles of each part.
    let counts: [Int]
    /// The number of strips in one row of each part.
    let countsInRow: [Int]
    /// What the next position in a row adds in the images.
    let step: Int
    /// How many tiles are gathered at a time.
    let segments: Int
    /// As the names that the kernels know.
    let definitions: [(String, String)]

    /// The most elements that are gathered at a time: what is read again and again stays in a cache.
    private static let largestLeft = 65_536

    /// The strips of a convolution, whose positions are the rows of tiles in registers: so many, if there are.
    init(_ layout: ConvolutionLayout, _ depths: ConvolutionDepth, rows: Int?) {
        let columns = layout.parts.map(\.columns.count)
        let positions = layout.largest.positions
        self.init(
            layout, depths,
            striped: rows.map { min($0, columns.max() ?? 1) } ?? VectorTile.rows(toCover: columns),
            other: rows.map { min($0, positions) } ?? VectorTile.rows(toCover: [positions]), positions: 1)
    }

    /// The strips of a gradient toward the filters, which sums over positions.
    init(gradientOf layout: ConvolutionLayout, _ depths: ConvolutionDepth) {
        let widest = layout.parts.map(\.columns.count).max() ?? 1
        let strips = max(1, (widest + 63) / 64)
        self.init(layout, depths, striped: max(1, (widest + strips - 1) / strips), other: 64, positions: 96)
    }

    private init(
        _ layout: ConvolutionLayout, _ depths: ConvolutionDepth, striped: Int, other: Int, positions: Int
    ) {
        let strides = Set(layout.parts.map(\.columns.stride))
        let step = (strides.first ?? 1) * layout.channels
        let spread = (striped - 1) * step
        let size = depths.largest + depths.mostRuns * spread
        let widest = layout.parts.map(\.columns.count).max() ?? 0
        // Where taps read few of the channels, or positions are far apart, a strip spans much that nobody reads.
        areStriped =
            widest >= 6 && strides.count <= 1 && size <= Self.largestLeft
            && 2 * size <= 3 * striped * depths.largest
        self.step = step
        rows = areStriped ? striped : other
        segments = areStriped ? max(1, min(positions / rows, 2 * Self.largestLeft / size)) : 1
        let rows = rows
        countsInRow = layout.parts.map { max(1, ($0.columns.count + rows - 1) / rows) }
        counts =
            areStriped
            ? zip(layout.parts, countsInRow).map { layout.batch * $0.rows.count * $1 }
            : layout.parts.map { (layout.positions($0) + rows - 1) / rows }
        // Sixteen more for vectors that are written whole.
        let left = ((areStriped ? size : rows * depths.largest) + 31) / 16 * 16
        definitions = [
            ("IS_STRIPED", areStriped ? "1" : "0"), ("SPREAD", areStriped ? "\(spread)" : "0"),
            ("LEFT_SIZE", "\(left)"),
        ]
    }
}
