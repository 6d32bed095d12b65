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
    /// The memory that ``multiply`` works in.
    var scratchByteCount: Int
    /// Multiplies some rows with a packed right operand, in the memory given.
    var multiply: @Sendable (_ row: TileRow, _ scratch: UnsafeMutableRawPointer) -> Void
    /// Sums outer products, in the memory given.
    var addOuterProducts: @Sendable (_ products: OuterProducts, _ scratch: UnsafeMutableRawPointer) -> Void

    /// The length of the equal stretches that a contracted axis is cut into.
    func stretch(of count: Int) -> Int {
        let stretches = max((count + depth - 1) / depth, 1)
        return max((count + stretches - 1) / stretches, 1)
    }

    /// The panels of the right operand for so many columns.
    func panelCount(_ columnCount: Int) -> Int { (columnCount + columns - 1) / columns }
}

/// A row of tiles: the product of a few rows, read where they lie, and of panels of a right operand.
struct TileRow {
    /// Where the rows are.
    var left: RowTable
    /// The number of rows, at most ``MatrixTile/rows``.
    var rowCount: Int
    /// The first panel: for each step along the contracted axis, ``MatrixTile/columns`` elements. 64 bytes behind what is
    /// wanted of each step can be read.
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

/// Where a few rows of a left operand lie in memory: the contracted axis is cut into segments, along which the elements of
/// a row are neighbours.
///
/// In memory, each segment is the addresses of all rows that a tile may have, then the number of elements.
struct RowTable {
    /// The first segment.
    let segments: UnsafeMutablePointer<Int>
    /// The number of segments.
    var count = 0
    private let rows: Int

    /// The bytes of a table for tiles of so many rows.
    static func byteCount(rows: Int, segments: Int) -> Int {
        (rows + 1) * segments * MemoryLayout<Int>.stride
    }

    /// A table with no segments in memory with room for some.
    init(_ memory: UnsafeMutableRawPointer, rows: Int) {
        segments = memory.assumingMemoryBound(to: Int.self)
        self.rows = rows
    }

    /// Appends a segment of so many elements, whose addresses are to be set.
    @inline(__always)
    mutating func append(elementCount: Int) {
        segments[count * (rows + 1) + rows] = elementCount
        count += 1
    }

    /// Sets where a row of a segment begins.
    @inline(__always)
    func set(_ segment: Int, row: Int, _ address: UnsafePointer<Float>) {
        segments[segment * (rows + 1) + row] = Int(bitPattern: address)
    }

    /// The number of elements of a segment.
    @inline(__always)
    func elementCount(_ segment: Int) -> Int { segments[segment * (rows + 1) + rows] }

    /// Where a row of a segment begins.
    @inline(__always)
    func address(_ segment: Int, row: Int) -> UnsafePointer<Float> {
        UnsafePointer(bitPattern: segments[segment * (rows + 1) + row])!
    }
}
