import GannetCompiler
import GannetGraph

/// A batch of matrix products with an epilogue.
///
/// The right operand is packed whole, by all threads; then each thread takes some rows and columns of the
/// result, packs the rows of the left operand a stretch of the contracted axis at a time, and computes the
/// epilogue while the result is in its cache. Each element is summed in an order that follows from k alone.
final class MatrixProductKernel: PreparedKernel {
    private let product: Kernel.MatrixProduct
    private let tile: MatrixTile
    private let evaluator: any BlockEvaluator
    /// The stretches of the contracted axis: so many, of this length but for the last.
    private let stretchCount: Int
    private let stretch: Int
    private let rowPanels: Int
    private let columnPanels: Int
    /// How many products are packed at a time.
    private let batchesAtATime: Int

    /// The most bytes that the packed right operands of one batch after another may take.
    private static let packedByteLimit = 1 << 26
    /// The rows of the result that are computed at a time, in panels.
    private static let panelsAtATime = 4

    /// Prepares `product`, whose inputs have the given types.
    init(_ product: Kernel.MatrixProduct, inputTypes: [ScalarType], tier: Tier) {
        self.product = product
        tile = tier.matrix
        evaluator = tier.makeEvaluator(product.epilogue, inputTypes, false)
        stretchCount = max((product.k + tile.depth - 1) / tile.depth, 1)
        stretch = (product.k + stretchCount - 1) / stretchCount
        rowPanels = (product.m + tile.rows - 1) / tile.rows
        columnPanels = (product.n + tile.columns - 1) / tile.columns
        let one = max(columnPanels * tile.columns * product.k * 4, 1)
        batchesAtATime =
            product.b.batchStride == 0
            ? product.batch : max(min(Self.packedByteLimit / one, product.batch), 1)
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
        let columnTasks = max(min(max(wanted, (columnPanels + 127) / 128), (columnPanels + 3) / 4), 1)
        let tasks = batches.count * rowTasks * columnTasks
        let work = batches.count * product.m * product.n * (product.k / 2 + evaluator.cost)
        let isSmall = WorkDivision.pieces(of: tasks, cost: work, threads: threads) == 1
        let pieces = isSmall ? 1 : tasks
        threads.parallel(pieces, workspace) { piece, workspace in
            for task in WorkDivision.range(of: piece, pieces: pieces, count: tasks) {
                let columnTask = task % columnTasks
                let rowTask = task / columnTasks % rowTasks
                computePart(
                    batch: batches.lowerBound + task / (columnTasks * rowTasks),
                    packed: packed.address.assumingMemoryBound(to: Float.self)
                        + (product.b.batchStride == 0 ? 0 : task / (columnTasks * rowTasks))
                            * columnPanels * tile.columns * product.k,
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
        let width = columnPanels.count * tile.columns
        let panelSize = tile.rows * stretch * tile.repetition
        var layout = ScratchLayout()
        let frameOffset = layout.append(evaluator.frameByteCount)
        let resultOffset = layout.append(rowPanels.count * tile.rows * width * 4 + 64)
        let leftOffset = layout.append(panelSize * 4)
        let scratch = workspace.scratch(layout.byteCount)
        let result = (scratch + resultOffset).assumingMemoryBound(to: Float.self)
        let left = (scratch + leftOffset).assumingMemoryBound(to: Float.self)
        let a = source(product.a, batch: batch, buffers)

        if product.k == 0 { result.update(repeating: 0, count: rowPanels.count * tile.rows * width) }
        var start = 0
        while start < product.k {
            let end = min(start + stretch, product.k)
            for panel in rowPanels {
                let row = panel * tile.rows
                Packing.packLeft(
                    a, rows: row..<min(row + tile.rows, product.m), columns: start..<end, height: tile.rows,
                    repetition: tile.repetition, into: left)
                let target = result + (panel - rowPanels.lowerBound) * tile.rows * width
                for column in columnPanels {
                    tile.multiply(
                        end - start, left, packed + (column * product.k + start) * tile.columns,
                        target + (column - columnPanels.lowerBound) * tile.columns, width, start > 0)
                }
            }
            start = end
        }
        finish(
            batch: batch, rowPanels: rowPanels, columnPanels: columnPanels, result, width: width,
            frame: scratch + frameOffset, buffers)
    }

    /// Computes the epilogue of what ``computePart`` has made.
    private func finish(
        batch: Int, rowPanels: Range<Int>, columnPanels: Range<Int>, _ result: UnsafeMutablePointer<Float>,
        width: Int, frame: UnsafeMutableRawPointer, _ buffers: KernelBuffers
    ) {
        let rows = rowPanels.lowerBound * tile.rows..<min(rowPanels.upperBound * tile.rows, product.m)
        let columns =
            columnPanels.lowerBound * tile.columns..<min(columnPanels.upperBound * tile.columns, product.n)
        evaluator.begin(frame, buffers)
        let start = (batch * product.m + rows.lowerBound) * product.n + columns.lowerBound
        if columns.count == product.n, product.n <= Tier.blockLength / 2 {
            // Rows that are short and whole are drawn together, and share blocks.
            if width != product.n {
                for row in 1..<max(rows.count, 1) {
                    (result + row * product.n).update(from: result + row * width, count: product.n)
                }
            }
            evaluate(frame, from: start, count: rows.count * product.n, result)
        } else {
            for row in 0..<rows.count {
                evaluate(frame, from: start + row * product.n, count: columns.count, result + row * width)
            }
        }
    }

    private func evaluate(
        _ frame: UnsafeMutableRawPointer, from start: Int, count: Int, _ result: UnsafeMutablePointer<Float>
    ) {
        let blocks = (count + Tier.blockLength - 1) / Tier.blockLength
        for block in 0..<blocks {
            let range = WorkDivision.range(of: block, pieces: blocks, count: count)
            evaluator.evaluate(
                frame, from: start + range.lowerBound, count: range.count,
                accumulator: result + range.lowerBound)
        }
    }
}
