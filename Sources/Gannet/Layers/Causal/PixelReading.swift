import GannetGraph

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
