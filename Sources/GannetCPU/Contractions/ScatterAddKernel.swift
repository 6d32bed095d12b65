import GannetCompiler
import GannetGraph

/// Rows added to the rows of a zero matrix that indices name, in the order they come.
///
/// Each piece owns some rows of the result and goes through all updates, so that every element is summed in one
/// order whatever the number of threads.
final class ScatterAddKernel: PreparedKernel {
    private let scatter: Kernel.ScatterAdd

    /// Prepares `scatter`.
    init(_ scatter: Kernel.ScatterAdd) { self.scatter = scatter }

    func run(_ buffers: KernelBuffers, _ threads: ThreadPool, _ workspace: Workspace) {
        let (rows, columns) = (scatter.rows, scatter.columns)
        if rows == 0 || columns == 0 { return }
        let indices = buffers.inputs[0].assumingMemoryBound(to: Int32.self)
        let updates = buffers.inputs[1]
        let output = buffers.outputs[0]
        let pieces = WorkDivision.pieces(
            of: rows, cost: (rows + scatter.count * 2) * columns, threads: threads)
        threads.parallel(pieces, workspace) { piece, _ in
            let own = WorkDivision.range(of: piece, pieces: pieces, count: rows)
            (output + own.lowerBound * columns * 4).initializeMemory(
                as: UInt32.self, repeating: 0, count: own.count * columns)
            for update in 0..<scatter.count {
                let row = Int(indices[update])
                guard own.contains(row) else { continue }
                let (to, from) = (output + row * columns * 4, updates + update * columns * 4)
                if scatter.type == .float32 {
                    let (sum, x) = (
                        to.assumingMemoryBound(to: Float.self), from.assumingMemoryBound(to: Float.self)
                    )
                    for column in 0..<columns { sum[column] += x[column] }
                } else {
                    let (sum, x) = (
                        to.assumingMemoryBound(to: UInt32.self), from.assumingMemoryBound(to: UInt32.self)
                    )
                    for column in 0..<columns { sum[column] &+= x[column] }
                }
            }
        }
    }
}
