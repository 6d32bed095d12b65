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
}

/// The parts of the backend that depend on what vector instructions there are, chosen once for a backend.
package struct Tier: Sendable {
    /// The most elements in a block of an expression.
    package static let blockLength = 512

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
    /// What multiplies matrices.
    var matrix: MatrixTile
    /// What maps the tiles of Winograd's convolution; nil where there is none.
    var winograd: WinogradMaps?
    /// When convolutions are made so.
    package var winogradUse = WinogradUse.whereFaster

    /// `SIMD` types, on any processor.
    package static let portable = Tier(
        name: "SIMD",
        makeEvaluator: { BlockInterpreter($0, inputTypes: $1, givesResult: $2) },
        matrix: .portable)
}
