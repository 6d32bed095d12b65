import GannetCompiler
import GannetGraph

/// A batch of matrix products with an epilogue.
///
/// The right operand is packed whole, by all threads; then each thread takes some rows and columns of the
/// result and computes the epilogue while the result is in its cache. The rows of the left operand are read where they
/// lie, unless they do not lie in rows. Each element is summed in an order that follows from k alone.
final class MatrixProductKernel: PreparedKernel {
    private let product: Kernel.MatrixProduct
    private let tile: MatrixTile
    private let epilogue: ContractionEpilogue
    /// The longest stretch of the contracted axis that is multiplied at a time.
    private let stretch: Int
    private let rowPanels: Int
    private let columnPanels: Int
    /// How many products are packed at a time.
    private let batchesAtATime: Int
    /// Whether rows of the left operand are copied before they are read.
    private let copiesLeft: Bool

    /// The most bytes that the packed right operands of one batch after another may take.
    private static let packedByteLimit = 1 << 26
    /// The rows of the result that are computed at a time, in panels.
    private static let panelsAtATime = 4
    /// The most bytes of a stretch of the right operand that are gone through with one row of tiles after another.
    private static let rightByteLimit = 1 << 19
    /// Rows this many bytes apart, or multiples of it, would push one another out of the first cache.
    private static let awkwardStride = 1024

    /// Prepares `product`, whose inputs have the given types.
    init(_ product: Kernel.MatrixProduct, inputTypes: [ScalarType], tier: Tier) {
        self.product = product
        tile = tier.matrix
        epilogue = ContractionEpilogue(product.epilogue, inputTypes: inputTypes, tier: tier)
        stretch = tile.stretch(of: product.k)
        rowPanels = (product.m + tile.rows - 1) / tile.rows
        columnPanels = tile.panelCount(product.n)
        let one = max(columnPanels * tile.columns * product.k * 4, 1)
        batchesAtATime =
            product.b.batchStride == 0
            ? product.batch : max(min(Self.packedByteLimit / one, product.batch), 1)
        copiesLeft =
            product.a.columnStride != 1
            || product.a.rowStride * 4 % Self.awkwardStride == 0 && columnPanels > 4 && rowPanels > 1
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        if product.batch == 0 || product.m == 0 || product.n == 0 { return }
        let packedCount = product.b.batchStride == 0 ? 1 : batchesAtATime
        let size = columnPanels * tile.columns * product.k
        let packed = HostBuffer(byteCount: packedCount * size * 4)
        var first = 0
        while first < product.batch {
            let batches = first..<min(first + batchesAtATime, product.batch)
            pack(batches, into: packed, buffers, threads, workspace)
            multiply(batches, packed, buffers, threads, workspace)
            first = batches.upperBound
        }
    }

    private func source(_ operand: Kernel.MatrixProduct.Operand, batch: Int, _ buffers: KernelBuffers)
        -> Packing.Source
    {
        let base = buffers.inputs[operand.input].assumingMemoryBound(to: Float.self)
        return Packing.Source(
            base: UnsafePointer(base + operand.offset + batch * operand.batchStride),
            rowStride: operand.rowStride, columnStride: operand.columnStride)
    }

    /// Packs the right operands: for each, panel after panel over the whole contracted axis.
    private func pack(
        _ batches: Range<Int>, into packed: HostBuffer, _ buffers: KernelBuffers, _ threads: ThreadPool,
        _ workspace: Workspace
    ) {
        let matrices = product.b.batchStride == 0 ? 1 : batches.count
        let panels = matrices * columnPanels
        let panelSize = tile.columns * product.k
        let pieces = WorkDivision.pieces(of: panels, cost: panels * panelSize * 2, threads: threads)
        let base = packed.address.assumingMemoryBound(to: Float.self)
        threads.parallel(pieces, workspace) { piece, _ in
            for panel in WorkDivision.range(of: piece, pieces: pieces, count: panels) {
                let batch = batches.lowerBound + panel / columnPanels
                let column = panel % columnPanels * tile.columns
                Packing.packRight(
                    source(product.b, batch: batch, buffers), rows: 0..<product.k,
                    columns: column..<min(column + tile.columns, product.n), width: tile.columns,
                    into: base + panel * panelSize)
            }
        }
    }

    private func multiply(
        _ batches: Range<Int>, _ packed: HostBuffer, _ buffers: KernelBuffers, _ threads: ThreadPool,
        _ workspace: Workspace
    ) {
        // Tasks are small enough to keep all threads busy to the end; what they compute does not depend on it.
        let rowTasks = (rowPanels + Self.panelsAtATime - 1) / Self.panelsAtATime
        let wanted = (threads.threadCount * 4 + batches.count * rowTasks - 1) / (batches.count * rowTasks)
        let most = max(Self.rightByteLimit / (max(stretch, 1) * tile.columns * 4), 1)
        let columnTasks = max(min(max(wanted, (columnPanels + most - 1) / most), columnPanels), 1)
        let tasks = batches.count * rowTasks * columnTasks
        let work = batches.count * product.m * product.n * (product.k / 2 + epilogue.cost)
        let isSmall = WorkDivision.pieces(of: tasks, cost: work, threads: threads) == 1
        let pieces = isSmall ? 1 : tasks
        threads.parallel(pieces, workspace) { piece, workspace in
            for task in WorkDivision.range(of: piece, pieces: pieces, count: tasks) {
                let rowTask = task % rowTasks
                let columnTask = task / rowTasks % columnTasks
                let batch = task / (columnTasks * rowTasks)
                computePart(
                    batch: batches.lowerBound + batch,
                    packed: packed.address.assumingMemoryBound(to: Float.self)
                        + (product.b.batchStride == 0 ? 0 : batch) * columnPanels * tile.columns * product.k,
                    rowPanels: WorkDivision.range(of: rowTask, pieces: rowTasks, count: rowPanels),
                    columnPanels: WorkDivision.range(
                        of: columnTask, pieces: columnTasks, count: columnPanels),
                    buffers, workspace)
            }
        }
    }

    /// Computes some panels of rows and columns of one product, and its epilogue there.
    private func computePart(
        batch: Int, packed: UnsafePointer<Float>, rowPanels: Range<Int>, columnPanels: Range<Int>,
        _ buffers: KernelBuffers, _ workspace: Workspace
    ) {
        let rows = rowPanels.lowerBound * tile.rows..<min(rowPanels.upperBound * tile.rows, product.m)
        let columns =
            columnPanels.lowerBound * tile.columns..<min(columnPanels.upperBound * tile.columns, product.n)
        // A row of a copy is a line longer than a stretch, so that rows do not meet in the cache.
        let pitch = stretch + 16
        var layout = ScratchLayout()
        let frameOffset = layout.append(epilogue.frameByteCount)
        let resultOffset = layout.append(
            epilogue.isStore ? 0 : (rows.count * columns.count) * 4 + 64)
        let leftOffset = layout.append(copiesLeft ? tile.rows * pitch * 4 : 0)
        let tableOffset = layout.append(RowTable.byteCount(rows: tile.rows, segments: 1))
        let tileOffset = layout.append(tile.scratchByteCount)
        let scratch = workspace.scratch(layout.byteCount)
        let left = (scratch + leftOffset).assumingMemoryBound(to: Float.self)
        let a = source(product.a, batch: batch, buffers)
        let start = (batch * product.m + rows.lowerBound) * product.n + columns.lowerBound
        let (result, width) =
            epilogue.isStore
            ? (epilogue.output(buffers) + start, product.n)
            : ((scratch + resultOffset).assumingMemoryBound(to: Float.self), columns.count)

        if product.k == 0 {
            for row in 0..<rows.count { (result + row * width).update(repeating: 0, count: columns.count) }
        }
        var first = 0
        while first < product.k {
            let count = min(stretch, product.k - first)
            var row = 0
            while row < rows.count {
                let own = min(tile.rows, rows.count - row)
                var from = a
                from.base += (rows.lowerBound + row) * a.rowStride + first * a.columnStride
                if copiesLeft {
                    Packing.copyRows(from, rows: own, columns: count, into: left, pitch: pitch)
                    from = Packing.Source(base: UnsafePointer(left), rowStride: pitch, columnStride: 1)
                }
                var table = RowTable(scratch + tableOffset, rows: tile.rows)
                table.append(elementCount: count)
                for index in 0..<own { table.set(0, row: index, from.base + index * from.rowStride) }
                tile.multiply(
                    TileRow(
                        left: table, rowCount: own,
                        right: packed + (columnPanels.lowerBound * product.k + first) * tile.columns,
                        panelStride: product.k * tile.columns, columnCount: columns.count,
                        target: result + row * width, stride: width, adds: first > 0), scratch + tileOffset)
                row += own
            }
            first += count
        }
        if !epilogue.isStore {
            epilogue.evaluate(
                scratch + frameOffset, buffers, from: start, rows: rows.count, columns: columns.count,
                stride: product.n, result)
        }
    }
}
