import GannetCompiler
import GannetGraph

/// Sums over the taps of filters that are moved over images, with an epilogue.
///
/// The filters are packed whole, by all threads. Then each thread takes a region of the results, computes what
/// the parts have in it, and the epilogue while it is in its cache. Each element is summed in an order that
/// follows from its part alone.
final class ConvolutionKernel: PreparedKernel {
    private let convolution: Kernel.Convolution
    private let tile: MatrixTile
    private let epilogue: ContractionEpilogue
    private let parts: [PreparedConvolutionPart]
    private let panelCount: Int
    private let packedCount: Int
    /// The most elements that any part writes apart for a position, and the most bytes that one needs.
    private let widest: Int
    private let partByteCount: Int
    private let multiplications: Int

    /// The positions that are gathered at a time, in panels.
    private static let panelsAtATime = 4
    /// About how many results a region has at most.
    private static let regionElements = 1 << 15
    /// The positions below which a region is not cut further to keep threads busy.
    private static let leastPositions = 96

    /// Prepares `convolution`, whose inputs have the given types.
    init(_ convolution: Kernel.Convolution, inputTypes: [ScalarType], tier: Tier) {
        self.convolution = convolution
        let tile = tier.matrix
        self.tile = tile
        epilogue = ContractionEpilogue(convolution.epilogue, inputTypes: inputTypes, tier: tier)
        var parts: [PreparedConvolutionPart] = []
        var (packed, panels) = (0, 0)
        for part in ChannelwisePart.joined(convolution.parts) {
            let prepared = PreparedConvolutionPart(
                part, of: convolution, tile: tile, firstPacked: packed, firstPanel: panels)
            parts.append(prepared)
            packed += prepared.packedCount
            panels += prepared.panelCount
        }
        self.parts = parts
        panelCount = panels
        packedCount = packed
        widest = parts.map { $0.isWhole || $0.strips != nil ? 0 : $0.width }.max() ?? 0
        partByteCount = parts.map(\.scratchByteCount).max() ?? 0
        multiplications = convolution.parts.reduce(0) {
            $0 + convolution.batch * $1.positionCount * $1.channels.count * $1.depth
        }
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
        let cost = multiplications / 2 + results * convolution.resultChannels * epilogue.cost
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
            for part in parts {
                let panels = part.firstPanel..<part.firstPanel + part.panelCount
                for panel in own.clamped(to: panels) {
                    part.pack(
                        panel - part.firstPanel, filters, channelStride: convolution.filterChannelStride,
                        resultStride: convolution.filterResultStride, into: packed + part.firstPacked)
                }
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
        let frameOffset = layout.append(epilogue.frameByteCount)
        let resultOffset = layout.append(epilogue.isStore ? 0 : count * 4 + 64)
        let groupOffset = layout.append(groupRows * widest * 4)
        let partOffset = layout.append(partByteCount)
        let originOffset = layout.append(groupRows * MemoryLayout<PatchOrigin>.stride)
        let scratch = workspace.scratch(layout.byteCount)
        let first =
            (region.rows.lowerBound * convolution.resultWidth + region.columns.lowerBound)
            * convolution.resultChannels
        let memory = RegionMemory(
            result: epilogue.isStore
                ? epilogue.output(buffers) + first
                : (scratch + resultOffset).assumingMemoryBound(to: Float.self),
            group: (scratch + groupOffset).assumingMemoryBound(to: Float.self),
            part: scratch + partOffset,
            origins: (scratch + originOffset).assumingMemoryBound(to: PatchOrigin.self))
        for part in parts { compute(part, in: region, packed, memory, buffers) }
        if !epilogue.isStore {
            epilogue.evaluate(
                scratch + frameOffset, buffers, from: first, rows: positions,
                columns: convolution.resultChannels, stride: convolution.resultChannels, memory.result)
        }
    }

    private struct RegionMemory {
        var result: UnsafeMutablePointer<Float>
        var group: UnsafeMutablePointer<Float>
        var part: UnsafeMutableRawPointer
        var origins: UnsafeMutablePointer<PatchOrigin>
    }

    /// Computes the results that a part has in a region.
    private func compute(
        _ part: PreparedConvolutionPart, in region: ConvolutionRegion, _ packed: UnsafePointer<Float>,
        _ memory: RegionMemory,
        _ buffers: KernelBuffers
    ) {
        let (rows, columns) = region.positions(of: part.part, resultHeight: convolution.resultHeight)
        if rows.isEmpty || columns.isEmpty { return }
        let images = UnsafePointer(buffers.inputs[convolution.images].assumingMemoryBound(to: Float.self))
        let channels = convolution.resultChannels
        if let strips = part.strips {
            strips.compute(
                images, packed + part.firstPacked, rows: rows, columns: columns, scratch: memory.part,
                stride: part.part.columns.step * channels
            ) { row, column in
                let position = region.position(
                    of: part.part, row: row, column: column, resultHeight: convolution.resultHeight)
                return memory.result + (position * channels + part.part.channels.lowerBound)
            }
            return
        }
        let width = part.isWhole ? channels : part.width
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
            part.compute(
                images, packed + part.firstPacked, origins: memory.origins, count: own,
                scratch: memory.part, into: target, stride: width)
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
}
