/// How an index space is cut into blocks.
///
/// Blocks of a space with long rows end where rows end, so that what is broadcast along rows or columns needs no
/// walk inside a block; short rows share blocks.
struct BlockDivision: Sendable {
    /// The number of indices.
    let elementCount: Int
    /// The number of blocks.
    let count: Int
    private let rowLength: Int
    private let blocksPerRow: Int
    private let blockLength: Int

    /// Rows of at least this many elements have blocks of their own.
    private static let longRow = 192

    /// Divides the space of the given extents.
    init(shape: [Int]) {
        elementCount = shape.reduce(1, *)
        let last = shape.last ?? 1
        rowLength = last >= Self.longRow ? last : max(elementCount, 1)
        blocksPerRow = (rowLength + Tier.blockLength - 1) / Tier.blockLength
        let even = (rowLength + blocksPerRow - 1) / blocksPerRow
        blockLength = min((even + 15) & ~15, Tier.blockLength)
        count = elementCount == 0 ? 0 : elementCount / rowLength * blocksPerRow
    }

    /// The linear indices of a block.
    @inline(__always)
    func range(_ block: Int) -> (start: Int, count: Int) {
        let row = block / blocksPerRow
        let first = (block - row * blocksPerRow) * blockLength
        return (row * rowLength + first, max(min(blockLength, rowLength - first), 0))
    }
}
