import GannetGraph

extension Kernel {
    /// Elements combined with all before them, column by column of a batch of matrices.
    ///
    /// Kernel input 0 holds [``batch``, ``length``, ``columns``], row-major. Element (b, i, c) of output 0, of the
    /// same shape, combines those from (b, 0, c) to (b, i, c), or from (b, length − 1, c) down to (b, i, c) when
    /// ``isReversed``. The order and tree of the combination follow from the shape alone.
    public struct Scan: Hashable, Sendable {
        /// How elements are combined.
        public var function: CumulativeFunction
        /// The type of the elements: `float32`, `int32` or `uint32`.
        public var type: ScalarType
        /// The number of matrices.
        public var batch: Int
        /// The elements of a column.
        public var length: Int
        /// The columns of a matrix.
        public var columns: Int
        /// Whether columns are walked from their ends.
        public var isReversed: Bool

        /// Creates a scan.
        public init(
            function: CumulativeFunction, type: ScalarType, batch: Int, length: Int, columns: Int,
            isReversed: Bool
        ) {
            self.function = function
            self.type = type
            self.batch = batch
            self.length = length
            self.columns = columns
            self.isReversed = isReversed
        }

        /// The number of elements.
        public var count: Int { batch * length * columns }
    }
}
