/// The inner kernel of matrix products: what a tier multiplies at a time, and the form it wants operands in.
struct MatrixTile: Sendable {
    /// The most rows of a tile.
    var rows: Int
    /// The columns of a tile.
    var columns: Int
    /// The longest stretch of the contracted axis that is multiplied at a time.
    var depth: Int
    /// The most columns of a row of tiles for which the next row finds the right operand in a near cache.
    var columnsAtATime: Int
    /// Whether fewer rows than ``rows`` take less time.
    var isFasterInPart: Bool
    /// The memory that ``multiply`` works in.
    var scratchByteCount: Int
    /// Multiplies some rows with a right operand, in the memory given.
    var multiply: @Sendable (_ row: TileRow, _ scratch: UnsafeMutableRawPointer) -> Void
    /// Sums outer products, in the memory given.
    var addOuterProducts: @Sendable (_ products: OuterProducts, _ scratch: UnsafeMutableRawPointer) -> Void

    /// The length of the equal stretches that a contracted axis is cut into, no longer than ``depth`` and `most`.
    func stretch(of count: Int, atMost most: Int = .max) -> Int {
        let most = min(depth, most)
        let stretches = max((count + most - 1) / most, 1)
        return max((count + stretches - 1) / stretches, 1)
    }

    /// Multiplies some rows that are one run with a right operand; see ``TileRow``.
    func multiply(
        _ run: TileRun, leftStride: Int, rowCount: Int, right: UnsafePointer<Float>, rightStep: Int? = nil,
        panelStride: Int, columnCount: Int, into target: UnsafeMutablePointer<Float>, stride: Int, adds: Bool,
        _ scratch: UnsafeMutableRawPointer
    ) {
        withUnsafePointer(to: run) { run in
            multiply(
                TileRow(
                    runs: UnsafeBufferPointer(start: run, count: 1), leftStride: leftStride,
                    rowCount: rowCount, right: right, rightStep: rightStep, panelStride: panelStride,
                    columnCount: columnCount, target: target, stride: stride, adds: adds), scratch)
        }
    }

    /// The panels of the right operand for so many columns.
    func panelCount(_ columnCount: Int) -> Int { (columnCount + columns - 1) / columns }
}

/// A stretch of a contracted axis along which the elements of each row of a left operand are neighbours.
///
/// Machine code reads it, field by field.
struct TileRun: BitwiseCopyable {
    /// Where the first row begins.
    var left: UnsafePointer<Float>
    /// The number of elements, not 0.
    var count: Int
    /// The number of the first among the steps of the right operand.
    var first: Int
}

/// A row of tiles: the product of a few rows, read where they lie, and of panels of a right operand.
struct TileRow {
    /// What is multiplied: runs of at most ``MatrixTile/depth`` elements together. Where there are none, the product is 0; the
    /// address is not nil in any case.
    var runs: UnsafeBufferPointer<TileRun>
    /// What is added from row to row of the left operand.
    var leftStride: Int
    /// The number of rows, at most ``MatrixTile/rows``.
    var rowCount: Int
    /// The first panel: for each step along the contracted axis, ``MatrixTile/columns`` elements. 64 bytes behind what is
    /// wanted of each step can be read, and any address may be fetched.
    var right: UnsafePointer<Float>
    /// What is added from step to step; nil where the panel is packed, and steps follow one another.
    var rightStep: Int? = nil
    /// What is added from panel to panel.
    var panelStride: Int
    /// The number of columns, of all panels together.
    var columnCount: Int
    /// Where the product goes.
    var target: UnsafeMutablePointer<Float>
    /// What is added from row to row of the product.
    var stride: Int
    /// Whether the product is added to what is there.
    var adds: Bool
}

/// A row of tiles that is the sum of outer products: of a few neighbouring elements of a left operand, and for each panel
/// of columns, neighbouring elements of a right one.
struct OuterProducts {
    /// The number of products, at most ``MatrixTile/depth``.
    var count: Int
    /// Where the left operands are, and what is added to each address.
    var left: UnsafePointer<UnsafePointer<Float>>
    var leftOffset: Int
    /// The number of rows, at most ``MatrixTile/rows``.
    var rowCount: Int
    /// For each panel, where the right operands are. 64 bytes behind what is wanted of each can be read.
    var right: UnsafePointer<UnsafePointer<Float>>
    /// The number of columns, of all panels together.
    var columnCount: Int
    /// Where the sums go.
    var target: UnsafeMutablePointer<Float>
    /// What is added from row to row of the sums.
    var stride: Int
    /// Whether the sums are added to what is there.
    var adds: Bool
}
