import GannetCompiler
import GannetGraph

/// What a contraction computes of its sums, and stores.
struct ContractionEpilogue: Sendable {
    /// Whether the sums themselves are stored and nothing else is, so that they may be made where they belong.
    let isStore: Bool
    private let evaluator: any BlockEvaluator

    /// Prepares `expression`, which has the sums as its accumulator, for inputs of the given types.
    init(_ expression: Expression, inputTypes: [ScalarType], tier: Tier) {
        evaluator = tier.makeEvaluator(expression, inputTypes, false)
        isStore = expression == .storingAccumulator(.float32)
    }

    /// The size of the memory that ``evaluate(_:_:from:rows:columns:stride:_:)`` works in.
    var frameByteCount: Int { isStore ? 0 : evaluator.frameByteCount }
    /// About how many simple vector instructions an element takes.
    var cost: Int { isStore ? 0 : evaluator.cost }

    /// The output that takes the sums.
    func output(_ buffers: KernelBuffers) -> UnsafeMutablePointer<Float> {
        buffers.outputs[0].assumingMemoryBound(to: Float.self)
    }

    /// Computes a rectangle of an index space with rows of `stride` elements, from linear index `start` on, of sums that
    /// lie row by row.
    func evaluate(
        _ frame: UnsafeMutableRawPointer, _ buffers: KernelBuffers, from start: Int, rows: Int, columns: Int,
        stride: Int, _ sums: UnsafePointer<Float>
    ) {
        evaluator.begin(frame, buffers)
        if columns == stride {
            return evaluator.evaluateRows(
                frame, from: start, rows: rows, rowLength: columns, accumulators: sums)
        }
        for row in 0..<rows {
            evaluator.evaluateRows(
                frame, from: start + row * stride, rows: 1, rowLength: columns,
                accumulators: sums + row * columns)
        }
    }
}
