/// A kernel that can be run for some of the rows of its index space at a time: for runs of indices of a leading axis.
///
/// Cut into `count` parts, each has as many elements as the others, and is next to the one before it. Whichever parts
/// are run together, and in whatever order, the results have the same bits.
protocol RowKernel: PreparedKernel {
    /// The memory that a thread needs.
    var scratchByteCount: Int { get }
    /// About how many simple vector instructions the whole kernel takes, an element at a time.
    var cost: Int { get }

    /// Makes a thread's memory ready for a run with these buffers.
    func begin(_ scratch: UnsafeMutableRawPointer, _ buffers: KernelBuffers)

    /// Runs the kernel for the parts `parts`, when it is cut into `count`. The addresses in the buffers may have changed
    /// since the run began if they are not those of values that are the same at every index.
    func run(parts: Range<Int>, of count: Int, _ scratch: UnsafeMutableRawPointer)
}
