import GannetCompiler
import GannetGraph

/// An expression at every index of an index space.
final class MapKernel: PreparedKernel {
    private let evaluator: any BlockEvaluator
    private let blocks: BlockDivision

    /// Prepares `map`, whose inputs have the given types.
    init(_ map: Kernel.Map, inputTypes: [ScalarType], tier: Tier) {
        evaluator = tier.makeEvaluator(map.expression, inputTypes, false)
        blocks = BlockDivision(shape: map.shape)
    }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        if blocks.count == 0 { return }
        let pieces = WorkDivision.pieces(
            of: blocks.count, cost: evaluator.cost * blocks.elementCount, threads: threads)
        threads.parallel(pieces, workspace) { piece, workspace in
            let frame = workspace.scratch(evaluator.frameByteCount)
            evaluator.begin(frame, buffers)
            for block in WorkDivision.range(of: piece, pieces: pieces, count: blocks.count) {
                let range = blocks.range(block)
                evaluator.evaluate(frame, from: range.start, count: range.count, accumulator: nil)
            }
        }
    }
}

/// How an index space is cut into blocks.
///
/// Blocks of a space with long rows end where rows end, so that what is broadcast along rows or columns needs no
/// walk inside a block; short rows share blocks.
struct BlockDivision: Sendable {
    /// The number of indices.
    let elementCount: Int
    /// The number of blocks.
    let count: Int
    private let rowLength: Int
    private let blocksPerRow: Int
    private let blockLength: Int

    /// Rows of at least this many elements have blocks of their own.
    private static let longRow = 192

    /// Divides the space of the given extents.
    init(shape: [Int]) {
        elementCount = shape.reduce(1, *)
        let last = shape.last ?? 1
        rowLength = last >= Self.longRow ? last : max(elementCount, 1)
        blocksPerRow = (rowLength + Tier.blockLength - 1) / Tier.blockLength
        let even = (rowLength + blocksPerRow - 1) / blocksPerRow
        blockLength = min((even + 15) & ~15, Tier.blockLength)
        count = elementCount == 0 ? 0 : elementCount / rowLength * blocksPerRow
    }

    /// The linear indices of a block.
    @inline(__always)
    func range(_ block: Int) -> (start: Int, count: Int) {
        let row = block / blocksPerRow
        let first = (block - row * blocksPerRow) * blockLength
        return (row * rowLength + first, max(min(blockLength, rowLength - first), 0))
    }
}

/// How work is shared out.
enum WorkDivision {
    /// The cost, in simple vector instructions on one element, of work that is worth another thread: some ten
    /// microseconds.
    private static let pieceCost = 1 << 16

    /// The number of pieces to cut `count` equal parts into that cost `cost` together.
    static func pieces(of count: Int, cost: Int, threads: ThreadPool) -> Int {
        max(min(cost / pieceCost, threads.threadCount * 4, count), 1)
    }

    /// The parts of a piece.
    @inline(__always)
    static func range(of piece: Int, pieces: Int, count: Int) -> Range<Int> {
        piece * count / pieces..<(piece + 1) * count / pieces
    }
}
