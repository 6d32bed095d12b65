import GannetGraph

/// What is known when a row begins.
///
/// Maps and contexts are those of the levels that have the row.
public struct RowReading {
    /// The number of pictures.
    public let batch: Int
    /// The pixels of a row of the picture.
    public let width: Int
    /// The number of the row, `int32` of shape [].
    public let index: Tensor
    /// The coarsest level that has the row.
    public let deepest: Int
    /// The rows of kept maps that were not asked for yet.
    private var rows: ArraySlice<Tensor>
    /// What the layers provided for the row's pixels, each [width of the level, batch, …].
    private(set) var contexts: [(tensor: Tensor, level: Int)] = []
    /// The whole rows that are remembered, each [width of the level, batch, channels].
    private(set) var remembered: [Tensor] = []
    /// What coarser levels have made of this row or one before.
    private(set) var shared: [Int: Tensor]
    private let sharedByPixels: [Int: Tensor]

    init(
        batch: Int, width: Int, index: Tensor, deepest: Int, rows: [Tensor], shared: [Int: Tensor],
        sharedByPixels: [Int: Tensor]
    ) {
        (self.batch, self.width, self.index, self.deepest) = (batch, width, index, deepest)
        (self.rows, self.shared, self.sharedByPixels) = (rows[...], shared, sharedByPixels)
    }

    /// The rows above of the next kept map that has any: [rows, width, batch, channels], the nearest one last. Above the
    /// picture there are zeros.
    public mutating func rowsAbove() -> Tensor {
        guard let next = rows.popFirst() else {
            invalidUse("RowReading.rowsAbove()", "a layer asks for more maps than its keptMaps say")
        }
        return next
    }

    /// Hands something to the row's pixels of a level, [width, batch, …]: each gets its own part by
    /// ``PixelReading/context()``, in the order in which it was provided.
    public mutating func provide(_ context: Tensor, level: Int = 0) {
        let width = width >> level
        if level > deepest || context.rank < 2 || context.shape[0] != width || context.shape[1] != batch {
            invalidUse(
                "RowReading.provide(_:level:)",
                "\(context.shape) is not [\(width), \(batch), …], or level \(level) does not have the row")
        }
        contexts.append((context, level))
    }

    /// Remembers the present row, [width, batch, channels], of the next kept map that comes by row.
    public mutating func remember(_ row: Tensor) {
        if row.rank != 3 || row.shape[1] != batch {
            invalidUse("RowReading.remember(_:)", "\(row.shape) is not [width, \(batch), channels]")
        }
        remembered.append(row)
    }

    /// Lets the rows below, up to the next one of the level, see what the level has made of this one.
    public mutating func share(_ row: Tensor, level: Int) { shared[level] = row }

    /// What the level has made of its last row, by ``share(_:level:)``.
    public func shared(level: Int) -> Tensor { shared[level, at: "RowReading.shared(level:)"] }

    /// What the level's pixels have made of its last row, by ``PixelReading/share(_:level:)``: [width, batch, …]. Not to be
    /// asked for in a row that the level has.
    public func sharedByPixels(level: Int) -> Tensor {
        sharedByPixels[level, at: "RowReading.sharedByPixels(level:)"]
    }
}

/// What levels share, by their numbers.
extension [Int: Tensor] {
    /// What a level has shared.
    subscript(level: Int, at caller: String) -> Tensor {
        guard let result = self[level] else {
            invalidUse(caller, "level \(level) has shared nothing before")
        }
        return result
    }
}
