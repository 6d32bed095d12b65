import GannetCompiler
import GannetGraph

/// The second kernel of a long sum that is made in pieces: it adds the pieces, in an order that follows from their number
/// and shape, and runs the epilogue. The pieces lie one after another in scratch memory.
struct PieceSum {
    /// The number of pieces.
    let pieces: Int
    /// The shape of one piece, which is the epilogue's index space.
    let shape: [Int]
    /// What is made of each sum.
    let epilogue: Expression
    let inputTypes: [ScalarType]
    let outputTypes: [ScalarType]
    let target: KernelTarget

    /// The kernel, after those that make the pieces.
    func plan(after kernels: [KernelPlan]) -> CallPlan {
        let gathered = [pieces] + shape
        var prologue = Expression()
        _ = prologue.append(
            .load(input: inputTypes.count, view: View(contiguous: gathered)), type: .float32)
        let reduce = Kernel.Reduce(
            function: .sum, type: .float32, shape: gathered, isReduced: [true] + shape.map { _ in false },
            prologue: prologue, epilogue: epilogue)
        var plan = ReducePrinter(
            reduce, inputTypes: inputTypes + [.float32], outputTypes: outputTypes, target: target, pieces: 1
        ).plan()
        for index in plan.kernels.indices {
            plan.kernels[index].buffers =
                inputTypes.indices.map { .input($0) } + [.scratch(0)]
                + outputTypes.indices.map { .output($0) }
        }
        plan.kernels.insert(contentsOf: kernels, at: 0)
        plan.scratchByteCount = gathered.reduce(1, *) * ScalarType.float32.byteCount
        return plan
    }
}
