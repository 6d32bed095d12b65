/// How an index space is cut into lines of the same length, but for the last.
///
/// Those of a space with long rows are its rows, so that what is broadcast along rows or columns needs no walk inside a
/// line; short rows share lines, and so long a row that there are few of them has several.
struct LineDivision: Sendable {
    /// The number of indices.
    let elementCount: Int
    /// The number of lines and the indices in each but the last.
    let count: Int
    let length: Int

    /// Rows of at least this many elements have lines of their own, of at most that many.
    private static let (shortest, longest) = (192, 4096)

    /// Divides the space of the given extents.
    init(shape: [Int]) {
        elementCount = shape.reduce(1, *)
        let last = shape.last ?? 1
        length = Self.shortest...Self.longest ~= last ? last : Tier.blockLength
        count = (elementCount + length - 1) / length
    }
}
