import GannetCompiler
import GannetGraph

/// The gradient of a convolution toward its filters, with an epilogue.
///
/// Most parts are matrix products that sum over all positions of the batch: see ``TapProducts``. Where a tap has few
/// channels, the left operand is the results' gradient, channels × positions, and the right one, positions × (taps and
/// channels), is gathered from the images a stretch of the positions at a time. For few channels of results, multiples of
/// what is read are added up instead.
///
/// The positions are cut into pieces whose sums are added in order; how many there are, and so the order of all
/// sums, follows from the shape alone.
final class FilterGradientKernel: PreparedKernel {
    /// A part with all that does not depend on the buffers.
    struct Part: Sendable {
        var part: ConvolutionPart
        var axis: TapAxis
        var origins: PatchOrigins
        /// Panels of the left operand's rows and of the right one's columns.
        var rowPanels: Int
        var columnPanels: Int
        /// The pieces of the positions, and of the column panels.
        var pieces: Int
        var chunks: Int
        /// Where its sums begin; a piece after another, each `rowPanels` panels of rows of `width` elements.
        var firstSum: Int
        var firstTask: Int
        var width: Int
        /// The elements of one piece's sums.
        var sumCount: Int
        /// How the sums are made, and what a step along their rows and from channel to channel adds in the filters.
        var method: Method
        var rowStride: Int
        var channelStride: Int
        var rowCount: Int
        /// Whether columns of some panel are no neighbours in the images.
        var gathersRight: Bool {
            (0..<axis.pieces.count).contains { axis.pieces.base[$0].segments.count > 1 }
        }
        /// Whether the sums of the first piece are made in the filters.
        var isInPlace: Bool { if case .taps = method { true } else { false } }
    }

    /// The ways to make the sums; which one serves follows from the part alone.
    enum Method {
        /// Outer products of what taps read and of results. Their sums lie as the filters do: those of the first piece are
        /// made there.
        case taps(TapProducts)
        /// Outer products of results and of patches.
        case tiles
        /// Multiples of patches of the images, added up; where there are few channels of results.
        case patches
        /// Products channel by channel, where each channel of results sees one channel of images.
        case channelwise
    }

    let gradient: Kernel.FilterGradient
    private let tile: MatrixTile
    private let evaluator: any BlockEvaluator
    private let parts: [Part]
    private let sumCount: Int
    private let taskCount: Int
    private let panelCount: Int
    private let filterCount: Int
    /// Whether no part gives some elements.
    private let isMasked: Bool
    private let multiplications: Int

    /// The most bytes of column panels that are gathered at a time: a stretch of them stays in the second cache.
    private static let gatheredByteLimit = 1 << 19
    /// The tasks that all parts together are cut into, as far as their pieces stay longer than the least length.
    private static let wantedTasks = 32
    private static let leastPositions = 1024
    /// The most channels of results for which multiples of patches are faster than tiles.
    static let mostPatchRows = 5
    static let mostCopiedPatchRows = 3
    /// The fewest channels of a tap for which patches are read in place; shorter pieces cost more than their copies.
    static let leastChannelsInPlace = 16
    /// The most elements of all pieces' sums, where there is more than one.
    private static let mostSums = 1 << 24

    /// Prepares `gradient`, whose inputs have the given types.
    init(_ gradient: Kernel.FilterGradient, inputTypes: [ScalarType], tier: Tier) {
        self.gradient = gradient
        let tile = tier.matrix
        self.tile = tile
        evaluator = tier.makeEvaluator(gradient.epilogue, inputTypes, false)
        filterCount = gradient.filterShape.reduce(1, *)
        var parts: [Part] = []
        let panelsAtATime = max(Self.gatheredByteLimit / (tile.depth * tile.columns * 4), 1)
        for joined in ChannelwisePart.joined(gradient.parts) {
            let part = joined.part
            if part.depth == 0 || part.channels.isEmpty { continue }
            let mostPatchRows =
                part.tapChannels >= Self.leastChannelsInPlace ? Self.mostPatchRows : Self.mostCopiedPatchRows
            let rowCount = joined.isChannelwise ? 1 : part.channels.count
            let rowPanels = (rowCount + tile.rows - 1) / tile.rows
            let columnPanels = (part.depth + tile.columns - 1) / tile.columns
            let width = columnPanels * tile.columns
            let method: Method
            var (pieceLength, chunks, sumCount) = (part.depth, 1, rowCount * width)
            if joined.isChannelwise {
                method = .channelwise
            } else if part.channels.count <= mostPatchRows {
                method = .patches
            } else if let products = TapProducts(part, of: gradient, tile: tile) {
                method = .taps(products)
                (chunks, sumCount) = (products.chunks, products.sumCount)
            } else {
                method = .tiles
                pieceLength = tile.columns
                chunks = (columnPanels + panelsAtATime - 1) / panelsAtATime
            }
            parts.append(
                Part(
                    part: part,
                    axis: TapAxis(
                        part, pieceLength: pieceLength, width: gradient.width, channels: gradient.channels),
                    origins: PatchOrigins(
                        part, height: gradient.height, width: gradient.width, channels: gradient.channels),
                    rowPanels: rowPanels, columnPanels: columnPanels, pieces: 1, chunks: chunks,
                    firstSum: 0, firstTask: 0, width: width, sumCount: sumCount, method: method,
                    rowStride: gradient.filterResultStride,
                    channelStride: joined.isChannelwise ? joined.filterStride : gradient.filterChannelStride,
                    rowCount: rowCount))
        }
        let chunks = parts.reduce(0) { $0 + $1.chunks }
        let elements = parts.reduce(1) { $0 + $1.sumCount }
        let wanted = min((Self.wantedTasks + chunks - 1) / max(chunks, 1), max(Self.mostSums / elements, 1))
        var (sums, tasks, panels) = (0, 0, 0)
        for index in parts.indices {
            let positions = gradient.batch * parts[index].part.positionCount
            parts[index].pieces = max(min(wanted, positions / Self.leastPositions), 1)
            (parts[index].firstSum, parts[index].firstTask) = (sums, tasks)
            let isInPlace = parts[index].isInPlace
            sums += (parts[index].pieces - (isInPlace ? 1 : 0)) * parts[index].sumCount
            tasks += parts[index].pieces * parts[index].chunks
            if isInPlace { parts[index].columnPanels = parts[index].pieces > 1 ? parts[index].chunks : 0 }
            panels += parts[index].columnPanels
        }
        self.parts = parts
        (sumCount, taskCount, panelCount) = (sums, tasks, panels)
        isMasked = parts.reduce(0) { $0 + $1.part.depth * $1.rowCount } < filterCount
        multiplications = parts.reduce(0) {
            $0 + gradient.batch * $1.part.positionCount * $1.rowCount * $1.part.depth
        }
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        if filterCount == 0 { return }
        let sums = HostBuffer(byteCount: sumCount * 4)
        let filters = HostBuffer(byteCount: filterCount * 4)
        let sumBase = sums.address.assumingMemoryBound(to: Float.self)
        let filterBase = filters.address.assumingMemoryBound(to: Float.self)
        if isMasked { filterBase.update(repeating: 0, count: filterCount) }
        threads.share(taskCount, cost: multiplications / 2, workspace) { range, workspace in
            for part in parts {
                for task in range.clamped(to: part.firstTask..<part.firstTask + part.pieces * part.chunks) {
                    compute(
                        part, task: task - part.firstTask, into: sumBase, filterBase, buffers, workspace)
                }
            }
        }
        threads.share(panelCount, cost: sumCount * 2, workspace) { range, workspace in
            var first = 0
            for part in parts {
                let own = range.clamped(to: first..<first + part.columnPanels)
                if !own.isEmpty {
                    let panels = own.lowerBound - first..<own.upperBound - first
                    add(part, panels: panels, sumBase, into: filterBase)
                }
                first += part.columnPanels
            }
        }
        evaluator.evaluateAll(
            gradient.filterShape, accumulators: filterBase, buffers, threads, workspace)
        withExtendedLifetime((sums, filters)) {}
    }

    /// Sums one piece of the positions for one chunk of a part's columns.
    private func compute(
        _ part: Part, task: Int, into sums: UnsafeMutablePointer<Float>,
        _ filters: UnsafeMutablePointer<Float>, _ buffers: KernelBuffers, _ workspace: Workspace
    ) {
        switch part.method {
        case .taps(let products):
            let (piece, chunk) = (task / part.chunks, task % part.chunks)
            products.compute(
                chunk: chunk, positions: positions(of: piece, part),
                into: piece == 0 ? filters : sums + part.firstSum + (piece - 1) * part.sumCount,
                isFilters: piece == 0, buffers, workspace)
        case .tiles: multiply(part, task: task, into: sums, buffers, workspace)
        case .patches: addPatches(part, piece: task, into: sums, buffers, workspace)
        case .channelwise: addChannels(part, piece: task, into: sums, buffers)
        }
    }

    func positions(of piece: Int, _ part: Part) -> Range<Int> {
        WorkDivision.range(of: piece, pieces: part.pieces, count: gradient.batch * part.part.positionCount)
    }

    /// Adds up the products of the channels at one piece of the positions.
    private func addChannels(
        _ part: Part, piece: Int, into sums: UnsafeMutablePointer<Float>, _ buffers: KernelBuffers
    ) {
        let target = sums + part.firstSum + piece * part.sumCount
        target.update(repeating: 0, count: part.sumCount)
        let positions = positions(of: piece, part)
        if positions.isEmpty { return }
        let images = UnsafePointer(buffers.inputs[gradient.images].assumingMemoryBound(to: Float.self))
        let results = UnsafePointer(buffers.inputs[gradient.results].assumingMemoryBound(to: Float.self))
        var cursor = PositionCursor(positions.lowerBound, columnCount: part.part.columns.count)
        for _ in positions {
            ChannelwiseSums.addGradient(
                images, part.origins.origin(row: cursor.row, column: cursor.column), part.origins,
                part.axis.pieces.base[0].segments,
                results + (gradient.element(of: part.part, at: cursor) + part.part.channels.lowerBound),
                channels: part.part.channels.count, to: target)
            cursor.advance()
        }
    }

    private func multiply(
        _ part: Part, task: Int, into sums: UnsafeMutablePointer<Float>, _ buffers: KernelBuffers,
        _ workspace: Workspace
    ) {
        let (piece, chunk) = (task / part.chunks, task % part.chunks)
        let panels = WorkDivision.range(of: chunk, pieces: part.chunks, count: part.columnPanels)
        let columnCount = part.part.columns.count
        let positions = positions(of: piece, part)
        let target =
            sums + part.firstSum + piece * part.sumCount + panels.lowerBound * tile.columns
        if positions.isEmpty {
            for row in 0..<part.rowCount {
                (target + row * part.width).update(repeating: 0, count: panels.count * tile.columns)
            }
            return
        }
        var layout = ScratchLayout()
        let originOffset = layout.append(tile.depth * MemoryLayout<PatchOrigin>.stride)
        let leftOffset = layout.append(tile.depth * MemoryLayout<UnsafePointer<Float>>.stride)
        let rightOffset = layout.append(
            panels.count * tile.depth * MemoryLayout<UnsafePointer<Float>>.stride)
        let zeroOffset = layout.append(tile.columns * 4 + 64)
        let gatheredOffset = layout.append(
            part.gathersRight ? panels.count * tile.columns * tile.depth * 4 + 64 : 0)
        let tileOffset = layout.append(tile.scratchByteCount)
        let scratch = workspace.scratch(layout.byteCount)
        let origins = (scratch + originOffset).assumingMemoryBound(to: PatchOrigin.self)
        let left = (scratch + leftOffset).assumingMemoryBound(to: UnsafePointer<Float>.self)
        let right = (scratch + rightOffset).assumingMemoryBound(to: UnsafePointer<Float>.self)
        let zeros = (scratch + zeroOffset).assumingMemoryBound(to: Float.self)
        let gathered = (scratch + gatheredOffset).assumingMemoryBound(to: Float.self)
        zeros.update(repeating: 0, count: tile.columns + 16)
        let images = UnsafePointer(buffers.inputs[gradient.images].assumingMemoryBound(to: Float.self))
        let results = UnsafePointer(buffers.inputs[gradient.results].assumingMemoryBound(to: Float.self))

        var cursor = PositionCursor(positions.lowerBound, columnCount: columnCount)
        let stretch = tile.stretch(of: positions.count)
        var start = positions.lowerBound
        while start < positions.upperBound {
            let count = min(stretch, positions.upperBound - start)
            for index in 0..<count {
                (origins + index).initialize(
                    to: part.origins.origin(row: cursor.row, column: cursor.column))
                (left + index).initialize(
                    to: results
                        + (gradient.element(of: part.part, at: cursor) + part.part.channels.lowerBound))
                cursor.advance()
            }
            for panel in panels {
                let place = panel - panels.lowerBound
                PatchPacking.locate(
                    part.axis.pieces.base[panel], part.origins, images,
                    UnsafeBufferPointer(start: origins, count: count), zeros: UnsafePointer(zeros),
                    width: tile.columns,
                    copies: gathered + (part.gathersRight ? place * tile.columns * count : 0),
                    into: right + place * count)
            }
            for panel in 0..<part.rowPanels {
                let rows = WorkDivision.range(of: panel, pieces: part.rowPanels, count: part.rowCount)
                tile.addOuterProducts(
                    OuterProducts(
                        count: count, left: left, leftOffset: rows.lowerBound, rowCount: rows.count,
                        right: right,
                        columnCount: min(
                            panels.count * tile.columns, part.part.depth - panels.lowerBound * tile.columns),
                        target: target + rows.lowerBound * part.width, stride: part.width,
                        adds: start > positions.lowerBound), scratch + tileOffset)
            }
            start += count
        }
    }

    /// Adds the sums of a part's pieces for some panels of columns (or chunks of taps), and brings them into the order of
    /// the filters.
    private func add(
        _ part: Part, panels: Range<Int>, _ sums: UnsafeMutablePointer<Float>,
        into filters: UnsafeMutablePointer<Float>
    ) {
        let base = sums + part.firstSum
        if case .taps(let products) = part.method {
            for piece in 1..<part.pieces {
                for chunk in panels {
                    products.add(base + (piece - 1) * part.sumCount, chunk: chunk, to: filters)
                }
            }
            return
        }
        let tapChannels = part.part.tapChannels
        let end = min(panels.upperBound * tile.columns, part.part.depth)
        for row in 0..<part.rowCount {
            let line = base + row * part.width
            let to = filters + row * part.rowStride
            for piece in 1..<max(part.pieces, 1) {
                let other = line + piece * part.sumCount
                for column in panels.lowerBound * tile.columns..<end { line[column] += other[column] }
            }
            for column in panels.lowerBound * tile.columns..<end {
                let tap = column / tapChannels
                let channel = column - tap * tapChannels
                to[part.part.taps[tap].filter + channel * part.channelStride] = line[column]
            }
        }
    }
}
