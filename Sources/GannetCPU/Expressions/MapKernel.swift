import GannetCompiler
import GannetGraph

/// An expression at every index of an index space.
final class MapKernel: RowKernel {
    private let evaluator: any BlockEvaluator
    private let lines: LineDivision

    /// Prepares `map`, whose inputs have the given types.
    init(_ map: Kernel.Map, inputTypes: [ScalarType], tier: Tier) {
        evaluator = tier.makeEvaluator(map.expression, inputTypes, false)
        lines = LineDivision(shape: map.shape)
    }

    var scratchByteCount: Int { evaluator.frameByteCount }
    var cost: Int { evaluator.cost * lines.elementCount }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        if lines.elementCount == 0 { return }
        let pieces = WorkDivision.pieces(of: lines.count, cost: cost, threads: threads)
        threads.parallel(pieces, workspace) { piece, workspace in
            let frame = workspace.scratch(scratchByteCount)
            begin(frame, buffers)
            let range = WorkDivision.range(of: piece, pieces: pieces, count: lines.count)
            run(
                range.lowerBound * lines.length..<min(range.upperBound * lines.length, lines.elementCount),
                frame)
        }
    }

    func begin(_ scratch: UnsafeMutableRawPointer, _ buffers: KernelBuffers) {
        evaluator.begin(scratch, buffers)
    }

    func run(parts: Range<Int>, of count: Int, _ scratch: UnsafeMutableRawPointer) {
        let length = lines.elementCount / count
        run(parts.lowerBound * length..<parts.upperBound * length, scratch)
    }

    /// Computes a range of indices.
    private func run(_ range: Range<Int>, _ frame: UnsafeMutableRawPointer) {
        // Where lines end matters for none of the results.
        let length = range.lowerBound.isMultiple(of: lines.length) ? lines.length : Tier.blockLength
        let count = range.count / length
        evaluator.evaluateLines(frame, from: range.lowerBound, lines: count, length: length)
        let rest = range.count - count * length
        if rest > 0 { evaluator.evaluateLine(frame, from: range.upperBound - rest, length: rest) }
    }
}
