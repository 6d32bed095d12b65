/// A map that a causal layer looks back at: so many rows of it, and so many pixels of the present row.
public struct KeptMap: Sendable, Hashable {
    /// The features of a pixel.
    public var channels: Int
    /// The rows above that are kept.
    public var rows: Int
    /// The pixels to the left that are kept.
    public var columns: Int
    /// Whether a whole row is remembered when it begins, by ``RowReading/remember(_:)``.
    public var comesByRow: Bool
    /// How often the resolution is halved.
    public var level: Int

    /// Describes a map whose pixels are remembered one by one.
    public init(channels: Int, rows: Int = 0, columns: Int = 0, level: Int = 0) {
        self.channels = channels
        self.rows = rows
        self.columns = columns
        self.level = level
        comesByRow = false
    }

    /// Describes a map whose rows depend on rows above alone, and are remembered as a whole.
    public init(channels: Int, wholeRows: Int, level: Int = 0) {
        self.channels = channels
        self.level = level
        rows = wholeRows
        columns = 0
        comesByRow = true
    }
}
