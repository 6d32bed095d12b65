import GannetGraph

extension Kernel {
    /// The orders that sort the rows of a matrix.
    ///
    /// Kernel input 0 holds [``lines``, ``length``], row-major. Output 0, of the same shape, `int32`, has in each row
    /// the indices that put the row of the input in order. Equal elements, −0 and 0 among them, keep theirs; NaN is
    /// greater than all else.
    public struct Sort: Hashable, Sendable {
        /// The type of the elements: `float32`, `int32` or `uint32`.
        public var type: ScalarType
        /// The number of rows.
        public var lines: Int
        /// The elements of a row.
        public var length: Int
        /// Whether the greatest element comes first.
        public var isDescending: Bool

        /// Creates a sort.
        public init(type: ScalarType, lines: Int, length: Int, isDescending: Bool) {
            self.type = type
            self.lines = lines
            self.length = length
            self.isDescending = isDescending
        }

        /// The number of elements.
        public var count: Int { lines * length }
    }
}
