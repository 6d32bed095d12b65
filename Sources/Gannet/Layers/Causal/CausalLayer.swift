import GannetGraph

/// A layer over pictures whose result at a pixel depends on no pixel behind it in reading order — row by row, from left to
/// right — and which can therefore be computed pixel by pixel, without computing again what earlier pixels have given.
///
/// Called as a ``Layer``, it makes a map [batch, height, width, outputs] of another. In reading order, it is asked for a row
/// at a time what the rows above contribute (``startRow(_:)``), all at once, and then for each pixel of the row
/// (``pixel(_:in:)``). Both ways give the same numbers but for rounding. What it needs of earlier pixels it declares
/// (``keptMaps``); whoever reads keeps it.
///
/// ```swift
/// struct Block: CausalLayer {
///     let first: MaskedConv2D
///     let second: MaskedConv2D
///
///     func callAsFunction(_ x: Tensor) -> Tensor { second(first(x).relu()) }
///
///     var keptMaps: [KeptMap] { first.keptMaps + second.keptMaps }
///     func startRow(_ row: inout RowReading) {
///         first.startRow(&row)
///         second.startRow(&row)
///     }
///     func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor {
///         second.pixel(first.pixel(x, in: &reading).relu(), in: &reading)
///     }
/// }
/// ```
///
/// A layer may have parts that see the picture at a half of its resolution, a quarter, and so on: levels 1, 2, … (``depth``).
/// Level l has every 2ˡ-th row of the picture, and of these every 2ˡ-th pixel; in the others it has nothing to do, and what
/// it has made (``PixelReading/share(_:level:)``) still stands.
public protocol CausalLayer: Layer {
    /// How often the layer halves the resolution. The sides of pictures must be multiples of 2 to this power.
    var depth: Int { get }

    /// What the layer looks back at, in the order in which ``pixel(_:in:)`` remembers it, and ``startRow(_:)`` whole rows.
    var keptMaps: [KeptMap] { get }

    /// Makes, of the rows above, what the pixels of a row need of them.
    func startRow(_ row: inout RowReading)

    /// What the layer makes of a pixel.
    ///
    /// - Parameters:
    ///   - x: The pixel of each picture, [batch, inputs].
    ///   - reading: What is known of earlier pixels.
    /// - Returns: A tensor [batch, outputs].
    func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor
}

extension CausalLayer {
    public var depth: Int { 0 }
}

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

extension [Int: Tensor] {
    fileprivate subscript(level: Int, at caller: String) -> Tensor {
        guard let result = self[level] else {
            invalidUse(caller, "level \(level) has shared nothing before")
        }
        return result
    }
}

/// What is known when a pixel's turn has come.
///
/// Maps and contexts are those of the levels that have the pixel.
public struct PixelReading {
    /// What is kept of a pixel.
    struct Memory {
        var map: KeptMap
        /// The pixels to the left, [batch, columns, channels], where these are kept.
        var left: Tensor?
        var x: Tensor
        /// Whether `x` is to be taken as it will be once the pixel is known.
        var awaitsPixel: Bool
    }

    /// The coarsest level that has the pixel.
    public let deepest: Int
    /// The coarsest level that has the pixel's row.
    public let deepestOfRow: Int
    private var contexts: ArraySlice<Tensor>
    private var maps: ArraySlice<KeptMap>
    /// The pixels to the left of kept maps, those that were not asked for yet, and those whose map was not remembered yet.
    private var unread: ArraySlice<Tensor>
    private var unremembered: ArraySlice<Tensor>
    private(set) var memories: [Memory] = []
    /// What coarser levels have made of this pixel or one before in the row.
    private(set) var shared: [Int: Tensor]

    init(
        deepest: Int, deepestOfRow: Int, maps: [KeptMap], contexts: [Tensor], left: [Tensor],
        shared: [Int: Tensor]
    ) {
        (self.deepest, self.deepestOfRow) = (deepest, deepestOfRow)
        (self.maps, self.contexts, self.shared) = (maps[...], contexts[...], shared)
        (unread, unremembered) = (left[...], left[...])
    }

    /// The number of maps that are still to be remembered.
    var mapCount: Int { maps.count }

    /// This pixel's part of what the layer provided when the row began, [batch, …].
    public mutating func context() -> Tensor {
        guard let next = contexts.popFirst() else {
            invalidUse("PixelReading.context()", "a layer asks for more than it has provided for the row")
        }
        return next
    }

    /// The pixels to the left of the next kept map that has any, [batch, columns, channels], the nearest one last. Left of
    /// the picture there are zeros.
    public mutating func left() -> Tensor {
        guard let next = unread.popFirst() else {
            invalidUse("PixelReading.left()", "a layer asks for more maps than its keptMaps say")
        }
        return next
    }

    /// Remembers this pixel, [batch, channels], of the next kept map.
    ///
    /// - Parameters:
    ///   - x: The pixel.
    ///   - awaitsPixel: Whether `x` holds values of the picture that are not known yet, such as those that the layer's
    ///     results are used to draw: they are remembered as they will be drawn. Layers that see them must not depend on
    ///     them.
    public mutating func remember(_ x: Tensor, awaitsPixel: Bool = false) {
        guard let map = maps.popFirst() else {
            invalidUse("PixelReading.remember(_:)", "a layer remembers more maps than its keptMaps say")
        }
        if x.rank != 2 || x.shape[1] != map.channels {
            invalidUse("PixelReading.remember(_:)", "\(x.shape) is not [batch, \(map.channels)]")
        }
        memories.append(
            Memory(
                map: map, left: map.columns > 0 ? unremembered.removeFirst() : nil, x: x,
                awaitsPixel: awaitsPixel))
    }

    /// Lets the pixels to the right, up to the next one of the level, see what the level has made of this one, [batch, …];
    /// and the rows below, up to the next one of the level, by ``RowReading/sharedByPixels(level:)``.
    public mutating func share(_ x: Tensor, level: Int) { shared[level] = x }

    /// What the level has made of its last pixel in this row, by ``share(_:level:)``.
    public func shared(level: Int) -> Tensor { shared[level, at: "PixelReading.shared(level:)"] }
}
