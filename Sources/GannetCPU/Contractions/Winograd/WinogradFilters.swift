import GannetCompiler
import GannetGraph

/// The filters of a convolution, mapped: for each product of a tile, panel after panel of a matrix channels × channels of
/// results.
struct WinogradFilters: Sendable {
    private let shape: WinogradShape
    private let tile: MatrixTile
    private let maps: WinogradMaps
    private let channelStride: Int
    private let resultStride: Int
    private let panelCount: Int
    /// The elements from panel to panel.
    let panelStride: Int
    /// The elements from product to product.
    let planeStride: Int

    /// The channels that are mapped at a time.
    private static let channelsAtATime = 64

    /// Filters that lie in memory with these strides.
    init(
        _ shape: WinogradShape, channelStride: Int, resultStride: Int, tile: MatrixTile, maps: WinogradMaps
    ) {
        (self.shape, self.tile, self.maps) = (shape, tile, maps)
        (self.channelStride, self.resultStride) = (channelStride, resultStride)
        panelCount = tile.panelCount(shape.resultChannels)
        panelStride = shape.channels * tile.columns
        planeStride = WinogradPitch.plane(panelCount * panelStride)
    }

    /// The number of elements of the mapped filters.
    var count: Int { WinogradTransform.productCount * planeStride }

    /// Maps the filters.
    func map(
        _ filters: UnsafePointer<Float>, into mapped: UnsafeMutablePointer<Float>, _ threads: ThreadPool,
        _ workspace: Workspace
    ) {
        let chunks = (shape.channels + Self.channelsAtATime - 1) / Self.channelsAtATime
        let tasks = panelCount * chunks
        let pieces = WorkDivision.pieces(of: tasks, cost: count, threads: threads)
        threads.parallel(pieces, workspace) { piece, workspace in
            for task in WorkDivision.range(of: piece, pieces: pieces, count: tasks) {
                map(
                    filters, panel: task / chunks,
                    channels: WorkDivision.range(of: task % chunks, pieces: chunks, count: shape.channels),
                    into: mapped, workspace)
            }
        }
    }

    private func map(
        _ filters: UnsafePointer<Float>, panel: Int, channels: Range<Int>,
        into mapped: UnsafeMutablePointer<Float>, _ workspace: Workspace
    ) {
        let (taps, products) = (shape.taps.count, WinogradTransform.productCount)
        let size = channels.count * tile.columns
        var layout = ScratchLayout()
        let packedOffset = layout.append(taps * (size + 16) * 4)
        let sourceOffset = layout.append(taps * 8)
        let targetOffset = layout.append(products * 8)
        let mapOffset = layout.append(WinogradMaps.scratchByteCount)
        let scratch = workspace.scratch(layout.byteCount)
        let packed = (scratch + packedOffset).assumingMemoryBound(to: Float.self)
        let sources = (scratch + sourceOffset).assumingMemoryBound(to: Int.self)
        let targets = (scratch + targetOffset).assumingMemoryBound(to: Int.self)
        let columns =
            panel * tile.columns..<min((panel + 1) * tile.columns, shape.resultChannels)
        for tap in 0..<taps {
            let to = packed + tap * (size + 16)
            Packing.packRight(
                Packing.Source(
                    base: filters + shape.taps[tap], rowStride: channelStride, columnStride: resultStride),
                rows: channels, columns: columns, width: tile.columns, into: to)
            sources[tap] = Int(bitPattern: to)
        }
        let first = mapped + (panel * panelStride + channels.lowerBound * tile.columns)
        for product in 0..<products { targets[product] = Int(bitPattern: first + product * planeStride) }
        maps.map(.filters, sources, into: targets, channels: size, scratch: scratch + mapOffset)
    }
}

/// Distances in memory at which neighbours do not push one another out of the first cache.
enum WinogradPitch {
    /// The elements from tile to tile of so many channels.
    static func row(_ channels: Int) -> Int { (channels + 31) / 16 * 16 }

    /// The elements from product to product of so many elements: an odd number of cache lines.
    static func plane(_ count: Int) -> Int { (count + 15) / 16 / 2 * 32 + 16 }
}
