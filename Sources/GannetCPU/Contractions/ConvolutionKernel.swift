import GannetCompiler
import GannetGraph

/// Sums over the taps of filters that are moved over images, with an epilogue.
///
/// Each part is a matrix product whose left operand, a row for each position and a column for each tap and channel,
/// is gathered from the images as it is needed, some rows and a stretch of the columns at a time. The filters
/// are packed whole, by all threads. Then each thread takes a region of the results, computes what the parts
/// have in it, and the epilogue while it is in its cache. Each element is summed in an order that follows from
/// its part alone.
final class ConvolutionKernel: PreparedKernel {
    /// A part with all that does not depend on the region.
    private struct Part: Sendable {
        var part: ConvolutionPart
        var axis: TapAxis
        var origins: PatchOrigins
        var columnPanels: Int
        /// Where its packed filters begin.
        var firstPacked: Int
        /// Its first panel among those of all parts.
        var firstPanel: Int
        /// Whether its results lie in a region as the inner kernel writes them.
        var isWhole: Bool
        /// Whether it has so few channels that it is made of dot products instead of tiles.
        var isNarrow: Bool
    }

    private let convolution: Kernel.Convolution
    private let tile: MatrixTile
    private let evaluator: any BlockEvaluator
    private let parts: [Part]
    private let panelCount: Int
    private let packedCount: Int
    /// The widest part in elements, in whole panels.
    private let widest: Int
    /// The elements of the patches that dot products are computed of at a time.
    private let patchCount: Int
    private let multiplications: Int

    /// The positions that are gathered at a time, in panels.
    private static let panelsAtATime = 4
    /// About how many results a region has at most.
    private static let regionElements = 1 << 15
    /// The positions below which a region is not cut further to keep threads busy.
    private static let leastPositions = 96
    /// The most channels of a part that is made of dot products.
    private static let mostNarrowChannels = 4

    /// Prepares `convolution`, whose inputs have the given types.
    init(_ convolution: Kernel.Convolution, inputTypes: [ScalarType], tier: Tier) {
        self.convolution = convolution
        let tile = tier.matrix
        self.tile = tile
        evaluator = tier.makeEvaluator(convolution.epilogue, inputTypes, false)
        var parts: [Part] = []
        var (packed, panels) = (0, 0)
        for part in convolution.parts {
            let columnPanels = (part.channels.count + tile.columns - 1) / tile.columns
            let isNarrow = part.channels.count <= Self.mostNarrowChannels
            let isWhole =
                part.rows.step == 1 && part.rows.count == convolution.resultHeight
                && part.columns.step == 1 && part.columns.count == convolution.resultWidth
                && part.channels.count == convolution.resultChannels
                && (isNarrow || part.channels.count % tile.columns == 0)
            parts.append(
                Part(
                    part: part,
                    axis: TapAxis(
                        part, pieceLength: isNarrow ? max(part.depth, 1) : Self.stretch(part.depth, tile),
                        width: convolution.width, channels: convolution.channels),
                    origins: PatchOrigins(
                        part, height: convolution.height, width: convolution.width,
                        channels: convolution.channels), columnPanels: columnPanels, firstPacked: packed,
                    firstPanel: panels, isWhole: isWhole, isNarrow: isNarrow))
            packed += (isNarrow ? part.channels.count : columnPanels * tile.columns) * part.depth
            panels += columnPanels
        }
        self.parts = parts
        panelCount = panels
        packedCount = packed
        widest = (parts.map(\.columnPanels).max() ?? 0) * tile.columns
        patchCount = 4 * (parts.filter(\.isNarrow).map(\.part.depth).max() ?? 0)
        multiplications = convolution.parts.reduce(0) {
            $0 + convolution.batch * $1.positionCount * $1.channels.count * $1.depth
        }
    }

    /// Cuts a contracted axis into equal stretches no longer than the tile wants.
    static func stretch(_ depth: Int, _ tile: MatrixTile) -> Int {
        let count = max((depth + tile.depth - 1) / tile.depth, 1)
        return max((depth + count - 1) / count, 1)
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        let regions = ConvolutionRegions(
            convolution, elements: Self.regionElements, leastPositions: Self.leastPositions,
            wanted: threads.threadCount * 4)
        if regions.count == 0 { return }
        let memory = HostBuffer(byteCount: packedCount * 4)
        let packed = memory.address.assumingMemoryBound(to: Float.self)
        pack(into: packed, buffers, threads, workspace)
        let results = convolution.batch * convolution.resultHeight * convolution.resultWidth
        let cost = multiplications / 2 + results * convolution.resultChannels * evaluator.cost
        let isSmall = WorkDivision.pieces(of: regions.count, cost: cost, threads: threads) == 1
        let pieces = isSmall ? 1 : regions.count
        threads.parallel(pieces, workspace) { piece, workspace in
            for region in WorkDivision.range(of: piece, pieces: pieces, count: regions.count) {
                compute(regions[region], packed, buffers, workspace)
            }
        }
        withExtendedLifetime(memory) {}
    }

    /// Packs the filters: for each part, panel after panel over all its taps.
    private func pack(
        into packed: UnsafeMutablePointer<Float>, _ buffers: KernelBuffers, _ threads: ThreadPool,
        _ workspace: Workspace
    ) {
        let filters = UnsafePointer(
            buffers.inputs[convolution.filters].assumingMemoryBound(to: Float.self))
        let pieces = WorkDivision.pieces(of: panelCount, cost: packedCount * 2, threads: threads)
        threads.parallel(pieces, workspace) { piece, _ in
            let own = WorkDivision.range(of: piece, pieces: pieces, count: panelCount)
            for part in parts where part.columnPanels > 0 {
                let panels = part.firstPanel..<part.firstPanel + part.columnPanels
                for panel in own.clamped(to: panels) {
                    if part.isNarrow {
                        packNarrow(part, filters, into: packed + part.firstPacked)
                    } else {
                        pack(part, panel - part.firstPanel, filters, into: packed)
                    }
                }
            }
        }
    }

    private func pack(
        _ part: Part, _ panel: Int, _ filters: UnsafePointer<Float>,
        into packed: UnsafeMutablePointer<Float>
    ) {
        let (depth, tapChannels) = (part.part.depth, part.part.tapChannels)
        var to = packed + part.firstPacked + panel * depth * tile.columns
        let first = panel * tile.columns
        let columns = first..<min(first + tile.columns, part.part.channels.count)
        for tap in part.part.taps {
            Packing.packRight(
                Packing.Source(
                    base: filters + tap.filter, rowStride: convolution.filterChannelStride,
                    columnStride: convolution.filterResultStride),
                rows: 0..<tapChannels, columns: columns, width: tile.columns, into: to)
            to += tapChannels * tile.columns
        }
    }

    /// Packs the filters of a narrow part, channel by channel.
    private func packNarrow(
        _ part: Part, _ filters: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>
    ) {
        var to = packed
        for channel in 0..<part.part.channels.count {
            for tap in part.part.taps {
                let from = filters + tap.filter + channel * convolution.filterResultStride
                for index in 0..<part.part.tapChannels {
                    to[index] = from[index * convolution.filterChannelStride]
                }
                to += part.part.tapChannels
            }
        }
    }

    /// Computes a region of the results and its epilogue.
    private func compute(
        _ region: ConvolutionRegion, _ packed: UnsafePointer<Float>, _ buffers: KernelBuffers,
        _ workspace: Workspace
    ) {
        let positions = region.rows.count * region.columns.count
        let count = positions * convolution.resultChannels
        let groupRows = Self.panelsAtATime * tile.rows
        var layout = ScratchLayout()
        let frameOffset = layout.append(evaluator.frameByteCount)
        // The inner kernel writes whole tiles, beyond the last position.
        let resultOffset = layout.append((count + tile.rows * convolution.resultChannels) * 4 + 64)
        let groupOffset = layout.append(groupRows * widest * 4)
        let leftOffset = layout.append(max(tile.rows * tile.depth * tile.repetition, patchCount) * 4)
        let originOffset = layout.append(groupRows * MemoryLayout<PatchOrigin>.stride)
        let scratch = workspace.scratch(layout.byteCount)
        let memory = RegionMemory(
            result: (scratch + resultOffset).assumingMemoryBound(to: Float.self),
            group: (scratch + groupOffset).assumingMemoryBound(to: Float.self),
            left: (scratch + leftOffset).assumingMemoryBound(to: Float.self),
            origins: (scratch + originOffset).assumingMemoryBound(to: PatchOrigin.self))
        for part in parts { compute(part, in: region, packed, memory, buffers) }
        evaluator.begin(scratch + frameOffset, buffers)
        let first =
            region.rows.lowerBound * convolution.resultWidth + region.columns.lowerBound
        evaluator.evaluateRows(
            scratch + frameOffset, from: first * convolution.resultChannels, rows: positions,
            rowLength: convolution.resultChannels, accumulators: memory.result)
    }

    private struct RegionMemory {
        var result: UnsafeMutablePointer<Float>
        var group: UnsafeMutablePointer<Float>
        var left: UnsafeMutablePointer<Float>
        var origins: UnsafeMutablePointer<PatchOrigin>
    }

    /// Computes the results that a part has in a region.
    private func compute(
        _ part: Part, in region: ConvolutionRegion, _ packed: UnsafePointer<Float>, _ memory: RegionMemory,
        _ buffers: KernelBuffers
    ) {
        let (rows, columns) = region.positions(of: part.part, resultHeight: convolution.resultHeight)
        if rows.isEmpty || columns.isEmpty || part.columnPanels == 0 { return }
        let images = UnsafePointer(buffers.inputs[convolution.images].assumingMemoryBound(to: Float.self))
        let channels = convolution.resultChannels
        let width = part.isWhole ? channels : part.columnPanels * tile.columns
        let groupRows = Self.panelsAtATime * tile.rows
        let count = rows.count * columns.count
        var cursor = PositionCursor(rows: rows, columns: columns)
        var first = 0
        while first < count {
            let own = min(groupRows, count - first)
            let start = cursor
            for index in 0..<own {
                (memory.origins + index).initialize(
                    to: part.origins.origin(row: cursor.row, column: cursor.column))
                cursor.advance()
            }
            let target = part.isWhole ? memory.result + first * channels : memory.group
            if part.isNarrow {
                multiplyNarrow(
                    part, images, packed + part.firstPacked, origins: memory.origins, count: own, memory.left,
                    target, width)
            } else {
                multiply(
                    part, images, packed, origins: memory.origins, count: own, memory.left, target, width)
            }
            if !part.isWhole {
                var place = start
                for index in 0..<own {
                    let position = region.position(
                        of: part.part, row: place.row, column: place.column,
                        resultHeight: convolution.resultHeight)
                    (memory.result + position * channels + part.part.channels.lowerBound).update(
                        from: memory.group + index * width, count: part.part.channels.count)
                    place.advance()
                }
            }
            first += own
        }
    }

    /// Multiplies the patches at `count` origins with all filters of a part.
    private func multiply(
        _ part: Part, _ images: UnsafePointer<Float>, _ packed: UnsafePointer<Float>,
        origins: UnsafePointer<PatchOrigin>, count: Int, _ left: UnsafeMutablePointer<Float>,
        _ target: UnsafeMutablePointer<Float>, _ width: Int
    ) {
        let depth = part.part.depth
        if depth == 0 { target.update(repeating: 0, count: count * width) }
        let filters = packed + part.firstPacked
        var start = 0
        for number in 0..<part.axis.pieces.count {
            let piece = part.axis.pieces.base[number]
            var row = 0
            while row < count {
                PatchPacking.packLeft(
                    images, piece, part.origins, origins + row, count: min(tile.rows, count - row),
                    height: tile.rows, repetition: tile.repetition, into: left)
                for column in 0..<part.columnPanels {
                    tile.multiply(
                        piece.count, left, filters + (column * depth + start) * tile.columns,
                        target + row * width + column * tile.columns, width, start > 0)
                }
                row += tile.rows
            }
            start += piece.count
        }
    }

    /// Multiplies the patches at `count` origins with the few filters of a narrow part.
    private func multiplyNarrow(
        _ part: Part, _ images: UnsafePointer<Float>, _ filters: UnsafePointer<Float>,
        origins: UnsafePointer<PatchOrigin>, count: Int, _ patches: UnsafeMutablePointer<Float>,
        _ target: UnsafeMutablePointer<Float>, _ width: Int
    ) {
        let depth = part.part.depth
        if depth == 0 { return target.update(repeating: 0, count: count * width) }
        let piece = part.axis.pieces.base[0]
        // Sums over runs in place have the order of sums over whole patches only if no run ends amid the lanes.
        let readsInPlace = part.part.tapChannels % 8 == 0
        for first in stride(from: 0, to: count, by: 4) {
            let own = min(4, count - first)
            let isInPlace = readsInPlace && (0..<own).allSatisfy { origins[first + $0].isInside }
            if !isInPlace {
                PatchPacking.packRight(
                    images, piece, part.origins,
                    UnsafeBufferPointer(start: origins + first, count: own), width: depth, into: patches)
            }
            /// Where a patch begins; the last one again where there are fewer than four.
            func patch(_ index: Int) -> UnsafePointer<Float> {
                let index = min(index, own - 1)
                return isInPlace
                    ? images + origins[first + index].element : UnsafePointer(patches + index * depth)
            }
            let (x0, x1, x2, x3) = (patch(0), patch(1), patch(2), patch(3))
            for channel in 0..<part.part.channels.count {
                var dots = DotProducts()
                var filter = filters + channel * depth
                if isInPlace {
                    for run in piece.runs {
                        let at = run.offset
                        dots.add(filter, x0 + at, x1 + at, x2 + at, x3 + at, count: run.count)
                        filter += run.count
                    }
                } else {
                    dots.add(filter, x0, x1, x2, x3, count: depth)
                }
                let values = dots.sums
                for index in 0..<own { target[(first + index) * width + channel] = values[index] }
            }
        }
    }
}
