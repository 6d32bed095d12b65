import GannetCompiler
import GannetGraph

/// The buffers of one kernel call.
package struct KernelBuffers: BitwiseCopyable {
    /// The first byte of each input.
    let inputs: UnsafePointer<UnsafeMutableRawPointer>
    /// The first byte of each output.
    let outputs: UnsafePointer<UnsafeMutableRawPointer>

    /// Puts together the addresses of the inputs and of the outputs.
    package init(
        inputs: UnsafePointer<UnsafeMutableRawPointer>, outputs: UnsafePointer<UnsafeMutableRawPointer>
    ) { (self.inputs, self.outputs) = (inputs, outputs) }
}

/// A kernel made ready to run. Several threads may run it at the same time.
protocol PreparedKernel: AnyObject, Sendable {
    /// Runs the kernel on `buffers`, and returns when it is done.
    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace)
}

/// An expression made ready to be computed block by block, over ranges of its index space in row-major order.
package protocol BlockEvaluator: AnyObject, Sendable {
    /// The size of a frame, the memory that the evaluator works in.
    var frameByteCount: Int { get }
    /// About how many simple vector instructions an element takes.
    var cost: Int { get }

    /// Makes a frame ready for blocks of a kernel call with these buffers.
    func begin(_ frame: UnsafeMutableRawPointer, _ buffers: KernelBuffers)

    /// Computes the block of `count` indices, at most ``Tier/blockLength``, from `start` on, and stores what the
    /// expression stores.
    ///
    /// - Parameter accumulator: The values of the `accumulator` instruction, with 32 readable bytes behind them.
    /// - Returns: The values of the last instruction where the evaluator was made with `givesResult`; valid until
    ///   the next block.
    @discardableResult
    func evaluate(
        _ frame: UnsafeMutableRawPointer, from start: Int, count: Int, accumulator: UnsafeRawPointer?
    ) -> UnsafeRawPointer

    /// Where the values that ``evaluate(_:from:count:accumulator:)`` gives lie one after another in a buffer, the address of
    /// that at index 0; else nil.
    func valuesInPlace(_ frame: UnsafeMutableRawPointer) -> UnsafeRawPointer?

    /// Computes and stores `lines` lines of `length` indices each, from `start` on, of an expression without an
    /// accumulator.
    func evaluateLines(_ frame: UnsafeMutableRawPointer, from start: Int, lines: Int, length: Int)
}

extension BlockEvaluator {
    package func valuesInPlace(_ frame: UnsafeMutableRawPointer) -> UnsafeRawPointer? { nil }

    package func evaluateLines(_ frame: UnsafeMutableRawPointer, from start: Int, lines: Int, length: Int) {
        for line in 0..<lines { evaluateLine(frame, from: start + line * length, length: length) }
    }

    /// Computes and stores one line, in blocks of about the same number of indices.
    func evaluateLine(_ frame: UnsafeMutableRawPointer, from start: Int, length: Int) {
        let block = Tier.evenBlock(length)
        for first in stride(from: 0, to: length, by: block) {
            evaluate(frame, from: start + first, count: min(block, length - first), accumulator: nil)
        }
    }
}

/// The parts of the backend that depend on what vector instructions there are, chosen once for a backend.
package struct Tier: Sendable {
    /// The most elements in a block of an expression.
    package static let blockLength = 512

    /// The length of the blocks, of whole vectors, that a line of `length` elements is cut into.
    static func evenBlock(_ length: Int) -> Int {
        let blocks = max((length + blockLength - 1) / blockLength, 1)
        return max(min(((length + blocks - 1) / blocks + 15) & ~15, blockLength), 1)
    }

    /// The instructions that it uses.
    var instructionSet = InstructionSet.portable
    /// What the tier is, for people.
    var name: String
    /// What computes expressions.
    package var makeEvaluator:
        @Sendable (_ expression: Expression, _ types: [ScalarType], _ givesResult: Bool) ->
            any BlockEvaluator
    /// Whether evaluators make normal numbers as fast as a kernel of its own does.
    var makesNoiseInExpressions = false
    /// What combines the values of reductions; nil where `SIMD` types do.
    var fold: FoldCode?
    /// What asks for memory before it is needed; nil where nothing does.
    var fetch: FetchCode?
    /// What multiplies matrices.
    var matrix: MatrixTile
    /// What maps the tiles of Winograd's convolution; nil where there is none.
    var winograd: WinogradMaps?
    /// When convolutions are made so.
    package var winogradUse = WinogradUse.whereFaster
    /// Whether calls are run together, some rows at a time, where they can be; see ``RowChainPlan``. It changes no result.
    var chainsRows = true

    /// `SIMD` types, on any processor.
    package static let portable = Tier(
        name: "SIMD",
        makeEvaluator: { BlockInterpreter($0, inputTypes: $1, givesResult: $2) },
        matrix: .portable)
}
