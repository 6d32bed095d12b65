import GannetCompiler
import GannetGraph

/// One part of a filter gradient as sums of outer products over the positions: rows are the channels that a tap reads,
/// columns those of the results. So the sums lie as the filters do.
///
/// Both operands are read where they lie; a tap outside its image reads zeros.
struct TapProducts: Sendable {
    private let gradient: Kernel.FilterGradient
    private let part: ConvolutionPart
    private let tile: MatrixTile
    private let origins: PatchOrigins
    /// One a tap.
    private let segments: FrozenArray<TapSegment>
    private let rowPanels: Int
    private let columnPanels: Int
    /// The chunks that the taps are cut into.
    let chunks: Int

    /// Fewer channels to a tap, or of results, leave most of a tile empty.
    private static let leastChannels = 8
    /// About how many rows a chunk has: what is found out about the positions serves them all.
    private static let chunkRows = 512
    /// The positions that are summed at a time: what a tile reads of them stays in the first cache.
    private static let stretch = 128

    /// Prepares `part` of `gradient`; nil where other ways to make its sums are better.
    init?(_ part: ConvolutionPart, of gradient: Kernel.FilterGradient, tile: MatrixTile) {
        if min(part.tapChannels, part.channels.count) < Self.leastChannels || gradient.filterResultStride != 1
        {
            return nil
        }
        self.part = part
        self.gradient = gradient
        self.tile = tile
        origins = PatchOrigins(
            part, height: gradient.height, width: gradient.width, channels: gradient.channels)
        segments = FrozenArray(
            part.taps.map { tap in
                TapSegment(
                    row: tap.row, column: tap.column,
                    offset: (tap.row * gradient.width + tap.column) * gradient.channels + tap.channel,
                    count: part.tapChannels)
            })
        rowPanels = (part.tapChannels + tile.rows - 1) / tile.rows
        columnPanels = tile.panelCount(part.channels.count)
        let taps = max(Self.chunkRows / part.tapChannels, 1)
        chunks = (part.taps.count + taps - 1) / taps
    }

    /// The elements of the sums: for each tap and channel, one for each channel of results.
    var sumCount: Int { part.depth * part.channels.count }

    private func taps(of chunk: Int) -> Range<Int> {
        WorkDivision.range(of: chunk, pieces: chunks, count: part.taps.count)
    }

    /// Sums over some positions for the taps of a chunk, into sums that lie one after another or else into the filters.
    func compute(
        chunk: Int, positions: Range<Int>, into target: UnsafeMutablePointer<Float>, isFilters: Bool,
        _ buffers: KernelBuffers, _ workspace: Workspace
    ) {
        let (width, taps) = (part.channels.count, taps(of: chunk))
        let stride = isFilters ? gradient.filterChannelStride : width
        func start(_ tap: Int) -> UnsafeMutablePointer<Float> {
            target + (isFilters ? part.taps[tap].filter : tap * part.tapChannels * width)
        }
        if positions.isEmpty {
            for tap in taps {
                for row in 0..<part.tapChannels {
                    (start(tap) + row * stride).update(repeating: 0, count: width)
                }
            }
            return
        }
        let address = MemoryLayout<UnsafePointer<Float>>.stride
        var layout = ScratchLayout()
        let originOffset = layout.append(Self.stretch * MemoryLayout<PatchOrigin>.stride)
        let leftOffset = layout.append(Self.stretch * address)
        let rightOffset = layout.append(columnPanels * Self.stretch * address)
        let zeroOffset = layout.append(part.tapChannels * 4 + 64)
        let tileOffset = layout.append(tile.scratchByteCount)
        let scratch = workspace.scratch(layout.byteCount)
        let places = (scratch + originOffset).assumingMemoryBound(to: PatchOrigin.self)
        let left = (scratch + leftOffset).assumingMemoryBound(to: UnsafePointer<Float>.self)
        let right = (scratch + rightOffset).assumingMemoryBound(to: UnsafePointer<Float>.self)
        let zeros = (scratch + zeroOffset).assumingMemoryBound(to: Float.self)
        zeros.update(repeating: 0, count: part.tapChannels + 16)
        let images = UnsafePointer(buffers.inputs[gradient.images].assumingMemoryBound(to: Float.self))
        let results = UnsafePointer(buffers.inputs[gradient.results].assumingMemoryBound(to: Float.self))

        var cursor = PositionCursor(positions.lowerBound, columnCount: part.columns.count)
        var first = positions.lowerBound
        while first < positions.upperBound {
            let count = min(Self.stretch, positions.upperBound - first)
            for index in 0..<count {
                (places + index).initialize(to: origins.origin(row: cursor.row, column: cursor.column))
                let result = results + (gradient.element(of: part, at: cursor) + part.channels.lowerBound)
                for panel in 0..<columnPanels {
                    (right + (panel * count + index)).initialize(to: result + panel * tile.columns)
                }
                cursor.advance()
            }
            for tap in taps {
                let segment = segments.base[tap]
                for index in 0..<count {
                    let isRead = places[index].isInside || origins.contains(places[index], segment)
                    (left + index).initialize(
                        to: isRead ? images + (places[index].element + segment.offset) : UnsafePointer(zeros))
                }
                for panel in 0..<rowPanels {
                    let rows = WorkDivision.range(of: panel, pieces: rowPanels, count: part.tapChannels)
                    tile.addOuterProducts(
                        OuterProducts(
                            count: count, left: left, leftOffset: rows.lowerBound, rowCount: rows.count,
                            right: right, columnCount: width, target: start(tap) + rows.lowerBound * stride,
                            stride: stride, adds: first > positions.lowerBound), scratch + tileOffset)
                }
            }
            first += count
        }
    }

    /// Adds sums that lie one after another to the filters, for the taps of a chunk.
    func add(_ sums: UnsafePointer<Float>, chunk: Int, to filters: UnsafeMutablePointer<Float>) {
        let width = part.channels.count
        for tap in taps(of: chunk) {
            for row in 0..<part.tapChannels {
                let from = sums + (tap * part.tapChannels + row) * width
                let to = filters + (part.taps[tap].filter + row * gradient.filterChannelStride)
                for column in 0..<width { to[column] += from[column] }
            }
        }
    }
}

extension Kernel.FilterGradient {
    /// Where the results of a position of a part begin.
    @inline(__always)
    func element(of part: ConvolutionPart, at place: PositionCursor) -> Int {
        let image = place.row / part.rows.count
        let row =
            image * resultHeight + part.rows.first + (place.row - image * part.rows.count) * part.rows.step
        let column = part.columns.first + place.column * part.columns.step
        return (row * resultWidth + column) * resultChannels
    }
}
