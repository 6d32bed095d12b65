import GannetCompiler
import GannetGraph

/// A batch of matrix products with an epilogue.
///
/// Each thread takes some rows and columns of the result, and computes the epilogue while the result is in its cache.
/// Operands are read where they lie, unless that is slow and copies would be read often enough: then the right one is
/// packed, and the rows of the left one are copied, by all threads. Each element is summed in an order that follows
/// from k alone.
final class MatrixProductKernel: PreparedKernel {
    /// How the left operand is read.
    private enum LeftForm {
        /// In place, row by row.
        case rows
        /// In place, column by column, since those lie in a row: a transposed matrix.
        case columns
        /// As copies of its rows.
        case copies
    }

    private let product: Kernel.MatrixProduct
    private let tile: MatrixTile
    private let epilogue: ContractionEpilogue
    /// The longest stretch of the contracted axis that is multiplied at a time.
    private let stretch: Int
    private let rowPanels: Int
    private let columnPanels: Int
    private let leftForm: LeftForm
    private let packsRight: Bool
    /// How many products are packed at a time, and how many panels of their rows are multiplied at a time.
    private let batchesAtATime: Int
    private let rowPanelsAtATime: Int
    /// The elements from row to row of a copy.
    private let pitch: Int

    /// The most bytes that the copies of operands may take.
    private static let copiedByteLimit = 1 << 26
    /// The most steps of a stretch: the rows of a tile and a panel of columns fit in the first cache together.
    private static let mostSteps = 256
    /// The panels of rows for which a packed right operand pays.
    private static let mostPanelsInPlace = 12
    /// The rows of the result that are computed at a time, in panels: few, so that the columns need not be cut into short
    /// pieces for the epilogue, unless there are products enough, whose right operands are then read only once.
    private static let panelsAtATime = 4
    private static let panelsOfMany = 16
    /// The most bytes of a stretch of a packed right operand that are gone through with one row of tiles after another.
    private static let rightByteLimit = 1 << 19
    /// Rows this many bytes apart, or multiples of it, would push one another out of the first cache.
    private static let awkwardStride = 1024
    /// Rows this many bytes apart would push one another out of the second cache too, where there are more than so many.
    private static let (worstStride, mostRowsApart) = (4096, 128)

    /// Prepares `product`, whose inputs have the given types.
    init(_ product: Kernel.MatrixProduct, inputTypes: [ScalarType], tier: Tier) {
        self.product = product
        tile = tier.matrix
        epilogue = ContractionEpilogue(product.epilogue, inputTypes: inputTypes, tier: tier)
        stretch = tile.stretch(of: product.k, atMost: Self.mostSteps)
        rowPanels = (product.m + tile.rows - 1) / tile.rows
        columnPanels = tile.panelCount(product.n)
        func isAwkward(_ stride: Int) -> Bool { stride * 4 % Self.awkwardStride == 0 }
        let (a, b) = (product.a, product.b)
        if a.columnStride == 1 {
            leftForm = isAwkward(a.rowStride) && columnPanels > 4 && rowPanels > 1 ? .copies : .rows
        } else {
            leftForm = a.rowStride == 1 && !isAwkward(a.columnStride) ? .columns : .copies
        }
        let isInCache = b.rowStride * 4 % Self.worstStride != 0 || product.k <= Self.mostRowsApart
        packsRight = b.columnStride != 1 || rowPanels > Self.mostPanelsInPlace || !isInCache
        // A line longer than a row, so that rows do not meet in the cache.
        pitch = product.k + (isAwkward(product.k + 16) ? 32 : 16)
        let left = leftForm == .copies ? product.m * pitch * 4 : 0
        let right = packsRight && b.batchStride != 0 ? columnPanels * tile.columns * product.k * 4 : 0
        batchesAtATime = max(min(Self.copiedByteLimit / max(left, right, 1), product.batch), 1)
        rowPanelsAtATime =
            left <= Self.copiedByteLimit
            ? rowPanels : max(Self.copiedByteLimit / (tile.rows * pitch * 4), 1)
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        if product.batch == 0 || product.m == 0 || product.n == 0 { return }
        let packedCount = !packsRight ? 0 : product.b.batchStride == 0 ? 1 : batchesAtATime
        let packed = HostBuffer(byteCount: packedCount * panelSize * columnPanels * 4)
        let copied = HostBuffer(
            byteCount: leftForm == .copies ? batchesAtATime * rowPanelsAtATime * tile.rows * pitch * 4 : 0)
        let base = packed.address.assumingMemoryBound(to: Float.self)
        let left = copied.address.assumingMemoryBound(to: Float.self)
        for first in stride(from: 0, to: product.batch, by: batchesAtATime) {
            let batches = first..<min(first + batchesAtATime, product.batch)
            if packsRight { pack(batches, into: base, buffers, threads, workspace) }
            for firstPanel in stride(from: 0, to: rowPanels, by: rowPanelsAtATime) {
                let panels = firstPanel..<min(firstPanel + rowPanelsAtATime, rowPanels)
                if leftForm == .copies { copy(batches, panels, into: left, buffers, threads, workspace) }
                multiply(batches, panels, left, base, buffers, threads, workspace)
            }
        }
        withExtendedLifetime((packed, copied)) {}
    }

    /// The rows of some panels.
    private func rows(_ panels: Range<Int>) -> Range<Int> {
        panels.lowerBound * tile.rows..<min(panels.upperBound * tile.rows, product.m)
    }

    /// The elements of a packed panel.
    private var panelSize: Int { tile.columns * product.k }

    private func source(_ operand: Kernel.MatrixProduct.Operand, batch: Int, _ buffers: KernelBuffers)
        -> Packing.Source
    {
        let base = buffers.inputs[operand.input].assumingMemoryBound(to: Float.self)
        return Packing.Source(
            base: UnsafePointer(base + operand.offset + batch * operand.batchStride),
            rowStride: operand.rowStride, columnStride: operand.columnStride)
    }

    /// The rows of the right operand that are packed at a time, where they lie in rows: as many as are read at the same
    /// time as streams.
    private static let packedRows = 16

    /// Packs the right operands: for each, panel after panel over the whole contracted axis.
    private func pack(
        _ batches: Range<Int>, into packed: UnsafeMutablePointer<Float>, _ buffers: KernelBuffers,
        _ threads: ThreadPool, _ workspace: Workspace
    ) {
        let matrices = product.b.batchStride == 0 ? 1 : batches.count
        // What lies in rows is read row by row through all panels, and what lies in columns panel by panel.
        let liesInRows = product.b.columnStride == 1
        let rowChunks = liesInRows ? (product.k + Self.packedRows - 1) / Self.packedRows : 1
        let panelChunks = liesInRows ? 1 : columnPanels
        let chunks = rowChunks * panelChunks
        let pieces = WorkDivision.pieces(
            of: matrices * chunks, cost: matrices * columnPanels * panelSize * 2, threads: threads)
        threads.parallel(pieces, workspace) { piece, _ in
            for chunk in WorkDivision.range(of: piece, pieces: pieces, count: matrices * chunks) {
                let (matrix, own) = (chunk / chunks, chunk % chunks)
                let rows = WorkDivision.range(of: own / panelChunks, pieces: rowChunks, count: product.k)
                let panels = WorkDivision.range(
                    of: own % panelChunks, pieces: panelChunks, count: columnPanels)
                let from = source(product.b, batch: batches.lowerBound + matrix, buffers)
                for panel in panels {
                    let column = panel * tile.columns
                    let to = packed + ((matrix * columnPanels + panel) * panelSize)
                    Packing.packRight(
                        from, rows: rows, columns: column..<min(column + tile.columns, product.n),
                        width: tile.columns, into: to + rows.lowerBound * tile.columns)
                }
            }
        }
    }

    /// Copies some panels of rows of the left operands: for each, a row after another.
    private func copy(
        _ batches: Range<Int>, _ panels: Range<Int>, into left: UnsafeMutablePointer<Float>,
        _ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace
    ) {
        let count = batches.count * panels.count
        let pieces = WorkDivision.pieces(of: count, cost: count * tile.rows * pitch, threads: threads)
        threads.parallel(pieces, workspace) { piece, _ in
            for number in WorkDivision.range(of: piece, pieces: pieces, count: count) {
                let (batch, panel) = (number / panels.count, number % panels.count)
                let rows = rows(panels.lowerBound + panel..<panels.lowerBound + panel + 1)
                var from = source(product.a, batch: batches.lowerBound + batch, buffers)
                from.base += rows.lowerBound * from.rowStride
                Packing.copyRows(
                    from, rows: rows.count, columns: product.k, into: left + number * tile.rows * pitch,
                    pitch: pitch)
            }
        }
    }

    /// The right operand of one product as tiles read it.
    private struct Right {
        var base: UnsafePointer<Float>
        /// What is added from step to step along the contracted axis, and from panel to panel.
        var step: Int
        var panelStride: Int
    }

    /// Multiplies some panels of rows of some products.
    private func multiply(
        _ batches: Range<Int>, _ panels: Range<Int>, _ copied: UnsafePointer<Float>,
        _ packed: UnsafePointer<Float>, _ buffers: KernelBuffers, _ threads: ThreadPool,
        _ workspace: Workspace
    ) {
        // Tasks are small enough to keep all threads busy to the end; what they compute does not depend on it.
        let wanted = threads.threadCount == 1 ? 1 : threads.threadCount * 6
        let areMany = !packsRight && batches.count >= wanted
        let panelsAtATime = areMany ? Self.panelsOfMany : Self.panelsAtATime
        let rowTasks = (panels.count + panelsAtATime - 1) / panelsAtATime
        let wantedColumns = (wanted + batches.count * rowTasks - 1) / (batches.count * rowTasks)
        let most = max(Self.rightByteLimit / (stretch * tile.columns * 4), 1)
        let needed = packsRight ? (columnPanels + most - 1) / most : 1
        let columnTasks = max(min(max(wantedColumns, needed), columnPanels), 1)
        let tasks = batches.count * rowTasks * columnTasks
        let work = batches.count * product.m * product.n * (product.k / 2 + epilogue.cost)
        let isSmall = WorkDivision.pieces(of: tasks, cost: work, threads: threads) == 1
        let pieces = isSmall ? 1 : tasks
        threads.parallel(pieces, workspace) { piece, workspace in
            for task in WorkDivision.range(of: piece, pieces: pieces, count: tasks) {
                let rowTask = task % rowTasks
                let columnTask = task / rowTasks % columnTasks
                let number = task / (columnTasks * rowTasks)
                let batch = batches.lowerBound + number
                let rows = WorkDivision.range(of: rowTask, pieces: rowTasks, count: panels.count)
                let own = panels.lowerBound + rows.lowerBound..<panels.lowerBound + rows.upperBound
                var a = source(product.a, batch: batch, buffers)
                a.base += own.lowerBound * tile.rows * a.rowStride
                if leftForm == .copies {
                    let row = (number * panels.count + rows.lowerBound) * tile.rows
                    a = Packing.Source(base: copied + row * pitch, rowStride: pitch, columnStride: 1)
                }
                let b = source(product.b, batch: batch, buffers)
                let right =
                    packsRight
                    ? Right(
                        base: packed + (product.b.batchStride == 0 ? 0 : number) * columnPanels * panelSize,
                        step: tile.columns, panelStride: panelSize)
                    : Right(base: b.base, step: b.rowStride, panelStride: tile.columns)
                computePart(
                    batch: batch, a, right, rowPanels: own,
                    columnPanels: WorkDivision.range(
                        of: columnTask, pieces: columnTasks, count: columnPanels),
                    buffers, workspace)
            }
        }
    }

    /// What a part of a product is computed in.
    private struct PartMemory {
        /// The addresses of the left operand's columns, and of the right one's rows, where the left one is read by columns.
        var lefts: UnsafeMutablePointer<UnsafePointer<Float>>
        var rights: UnsafeMutablePointer<UnsafePointer<Float>>
        var tile: UnsafeMutableRawPointer
    }

    /// Computes some panels of rows, which begin at `left`, and columns of one product, and its epilogue there.
    private func computePart(
        batch: Int, _ left: Packing.Source, _ right: Right, rowPanels: Range<Int>, columnPanels: Range<Int>,
        _ buffers: KernelBuffers, _ workspace: Workspace
    ) {
        let rows = rows(rowPanels)
        let columns =
            columnPanels.lowerBound * tile.columns..<min(columnPanels.upperBound * tile.columns, product.n)
        var layout = ScratchLayout()
        let frameOffset = layout.append(epilogue.frameByteCount)
        let resultOffset = layout.append(epilogue.isStore ? 0 : rows.count * columns.count * 4 + 64)
        let addressBytes = stretch * MemoryLayout<UnsafePointer<Float>>.stride
        let leftOffset = layout.append(leftForm == .columns ? addressBytes : 0)
        let rightOffset = layout.append(
            leftForm == .columns ? addressBytes * columnPanels.count : 0)
        let tileOffset = layout.append(tile.scratchByteCount)
        let scratch = workspace.scratch(layout.byteCount)
        let memory = PartMemory(
            lefts: (scratch + leftOffset).assumingMemoryBound(to: UnsafePointer<Float>.self),
            rights: (scratch + rightOffset).assumingMemoryBound(to: UnsafePointer<Float>.self),
            tile: scratch + tileOffset)
        let start = (batch * product.m + rows.lowerBound) * product.n + columns.lowerBound
        let (result, width) =
            epilogue.isStore
            ? (epilogue.output(buffers) + start, product.n)
            : ((scratch + resultOffset).assumingMemoryBound(to: Float.self), columns.count)

        if product.k == 0 {
            for row in 0..<rows.count { (result + row * width).update(repeating: 0, count: columns.count) }
        }
        var a = left
        // What is packed stays in the second cache; of the rest, a panel does while the rows go by.
        let columnsAtATime = packsRight ? columns.count : min(tile.columnsAtATime, columns.count)
        var first = 0
        while first < product.k {
            let count = min(stretch, product.k - first)
            var own = right
            own.base += first * right.step + columnPanels.lowerBound * right.panelStride
            if leftForm == .columns {
                for k in 0..<count { (memory.lefts + k).initialize(to: a.base + k * a.columnStride) }
            }
            var column = 0
            while column < columns.count {
                let columnCount = min(columnsAtATime, columns.count - column)
                if leftForm == .columns { locateRight(own, columnCount, count, memory) }
                for row in stride(from: 0, to: rows.count, by: tile.rows) {
                    multiply(
                        a, row: row, rowCount: min(tile.rows, rows.count - row), own,
                        columnCount: columnCount, depth: count, into: result + (row * width + column),
                        stride: width, adds: first > 0, memory)
                }
                column += columnCount
                own.base += tile.panelCount(columnCount) * own.panelStride
            }
            a.base += count * a.columnStride
            first += count
        }
        if !epilogue.isStore {
            epilogue.evaluate(
                scratch + frameOffset, buffers, from: start, rows: rows.count, columns: columns.count,
                stride: product.n, result)
        }
    }

    /// Tells where the rows of some columns of the right operand lie, panel by panel.
    private func locateRight(_ right: Right, _ columnCount: Int, _ count: Int, _ memory: PartMemory) {
        for panel in 0..<tile.panelCount(columnCount) {
            for k in 0..<count {
                (memory.rights + (panel * count + k)).initialize(
                    to: right.base + (panel * right.panelStride + k * right.step))
            }
        }
    }

    /// Multiplies one panel of rows.
    private func multiply(
        _ a: Packing.Source, row: Int, rowCount: Int, _ right: Right, columnCount: Int, depth: Int,
        into target: UnsafeMutablePointer<Float>, stride: Int, adds: Bool, _ memory: PartMemory
    ) {
        if leftForm == .columns {
            tile.addOuterProducts(
                OuterProducts(
                    count: depth, left: memory.lefts, leftOffset: row, rowCount: rowCount,
                    right: memory.rights, columnCount: columnCount, target: target, stride: stride,
                    adds: adds), memory.tile)
        } else {
            let run = TileRun(left: a.base + row * a.rowStride, count: depth, first: 0)
            tile.multiply(
                run, leftStride: a.rowStride, rowCount: rowCount, right: right.base, rightStep: right.step,
                panelStride: right.panelStride, columnCount: columnCount, into: target, stride: stride,
                adds: adds, memory.tile)
        }
    }
}
