import GannetCompiler
import GannetGraph

/// A batch of matrix products that have few rows, or few columns, with an epilogue: the large operand is read where
/// it lies, once, and nothing of it is packed.
///
/// Where the large operand lies in rows along the result, multiples of its rows are added up, eight at a time; where it
/// lies in rows along the contracted axis, these are multiplied with those of the other operand. Which of the
/// two, and so the order of the sums, follows from the shape and layout alone.
final class NarrowProductKernel: PreparedKernel {
    /// The most rows, or columns, for which this is faster than packing.
    static let limit = 8

    private let product: Kernel.MatrixProduct
    private let evaluator: any BlockEvaluator
    /// Whether it is the right operand that is small.
    private let isSwapped: Bool
    /// The extents of the result: of the small operand, and of the large one.
    private let narrow: Int
    private let wide: Int
    private let small: Side
    private let large: Side

    /// An operand as it is used: a step along the result's axis, and one along the contracted axis.
    private struct Side {
        var operand: Kernel.MatrixProduct.Operand
        var stride: Int
        var depthStride: Int

        init(left operand: Kernel.MatrixProduct.Operand) {
            self.operand = operand
            (stride, depthStride) = (operand.rowStride, operand.columnStride)
        }

        init(right operand: Kernel.MatrixProduct.Operand) {
            self.operand = operand
            (stride, depthStride) = (operand.columnStride, operand.rowStride)
        }

        func base(_ batch: Int, _ buffers: KernelBuffers) -> UnsafePointer<Float> {
            UnsafePointer(buffers.inputs[operand.input].assumingMemoryBound(to: Float.self))
                + (operand.offset + batch * operand.batchStride)
        }
    }

    /// Prepares `product`; nil where another kernel is better.
    init?(_ product: Kernel.MatrixProduct, inputTypes: [ScalarType], tier: Tier) {
        let (left, right) = (Side(left: product.a), Side(right: product.b))
        func isReadable(_ side: Side) -> Bool { side.stride == 1 || side.depthStride == 1 }
        if product.m <= Self.limit, isReadable(right) {
            (isSwapped, small, large, narrow, wide) = (false, left, right, product.m, product.n)
        } else if product.n <= Self.limit, isReadable(left) {
            (isSwapped, small, large, narrow, wide) = (true, right, left, product.n, product.m)
        } else {
            return nil
        }
        self.product = product
        evaluator = tier.makeEvaluator(product.epilogue, inputTypes, false)
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        if product.batch == 0 || narrow == 0 || wide == 0 { return }
        let cost = product.batch * narrow * wide * (product.k / 2 + evaluator.cost)
        // Chunks are whole blocks of the epilogue, in either orientation.
        let most = Tier.blockLength / (isSwapped ? Self.limit : 1) & ~7
        let least = (wide + most - 1) / most
        let groups = (wide + 31) / 32
        let wanted =
            WorkDivision.pieces(of: groups * product.batch, cost: cost, threads: threads) / product.batch
        let chunks = max(least, min(wanted, groups))
        let tasks = product.batch * chunks
        let pieces = WorkDivision.pieces(of: tasks, cost: cost, threads: threads)
        threads.parallel(pieces, workspace) { piece, workspace in
            for task in WorkDivision.range(of: piece, pieces: pieces, count: tasks) {
                let range = WorkDivision.range(of: task % chunks, pieces: chunks, count: groups)
                compute(
                    batch: task / chunks, range.lowerBound * 32..<min(range.upperBound * 32, wide), buffers,
                    workspace)
            }
        }
    }

    /// Computes a chunk of the long side of one product, and its epilogue.
    private func compute(batch: Int, _ chunk: Range<Int>, _ buffers: KernelBuffers, _ workspace: Workspace) {
        let count = chunk.count
        var layout = ScratchLayout()
        let frameOffset = layout.append(evaluator.frameByteCount)
        let sumOffset = layout.append(narrow * count * 4 + 64)
        let turnedOffset = layout.append(isSwapped ? narrow * count * 4 + 64 : 0)
        let smallOffset = layout.append(narrow * product.k * 4)
        let scratch = workspace.scratch(layout.byteCount)
        let sums = (scratch + sumOffset).assumingMemoryBound(to: Float.self)
        let packed = (scratch + smallOffset).assumingMemoryBound(to: Float.self)
        let from = small.base(batch, buffers)
        for row in 0..<narrow {
            for k in 0..<product.k {
                packed[row * product.k + k] = from[row * small.stride + k * small.depthStride]
            }
        }
        if large.stride == 1 {
            addRows(packed, large.base(batch, buffers) + chunk.lowerBound, count, into: sums)
        } else {
            multiply(packed, large.base(batch, buffers) + chunk.lowerBound * large.stride, count, into: sums)
        }
        let frame = scratch + frameOffset
        evaluator.begin(frame, buffers)
        if isSwapped {
            let turned = (scratch + turnedOffset).assumingMemoryBound(to: Float.self)
            for row in 0..<narrow {
                for index in 0..<count { turned[index * narrow + row] = sums[row * count + index] }
            }
            let start = (batch * product.m + chunk.lowerBound) * product.n
            evaluator.evaluateRows(frame, from: start, rows: count, rowLength: narrow, accumulators: turned)
        } else if count == wide {
            evaluator.evaluateRows(
                frame, from: batch * product.m * product.n, rows: narrow, rowLength: wide, accumulators: sums)
        } else {
            for row in 0..<narrow {
                let start = (batch * product.m + row) * product.n + chunk.lowerBound
                evaluator.evaluate(frame, from: start, count: count, accumulator: sums + row * count)
            }
        }
    }

    /// Adds up multiples of the large operand's rows, which lie along the result.
    private func addRows(
        _ factors: UnsafePointer<Float>, _ base: UnsafePointer<Float>, _ count: Int,
        into sums: UnsafeMutablePointer<Float>
    ) {
        sums.update(repeating: 0, count: narrow * count)
        withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: RowSums.rowCount) { rows in
            var k = 0
            while k + RowSums.rowCount <= product.k {
                for index in 0..<RowSums.rowCount { rows[index] = base + (k + index) * large.depthStride }
                for row in 0..<narrow {
                    let own = UnsafeRawPointer(factors + row * product.k + k).loadUnaligned(as: Floats.self)
                    RowSums.add(own, rows.baseAddress!, to: sums + row * count, count: count)
                }
                k += RowSums.rowCount
            }
            while k < product.k {
                for row in 0..<narrow {
                    RowSums.add(
                        factors[row * product.k + k], base + k * large.depthStride, to: sums + row * count,
                        count: count)
                }
                k += 1
            }
        }
    }

    /// Multiplies the large operand's rows, which lie along the contracted axis, with those of the small one.
    private func multiply(
        _ factors: UnsafePointer<Float>, _ base: UnsafePointer<Float>, _ count: Int,
        into sums: UnsafeMutablePointer<Float>
    ) {
        for first in stride(from: 0, to: count, by: 4) {
            /// A row; the last one again where there are fewer than four.
            func line(_ index: Int) -> UnsafePointer<Float> {
                base + min(first + index, count - 1) * large.stride
            }
            let (x0, x1, x2, x3) = (line(0), line(1), line(2), line(3))
            for row in 0..<narrow {
                var dots = DotProducts()
                dots.add(factors + row * product.k, x0, x1, x2, x3, count: product.k)
                let values = dots.sums
                for index in 0..<min(4, count - first) { sums[row * count + first + index] = values[index] }
            }
        }
    }
}
