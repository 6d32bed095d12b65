/// Where a loop finds, or puts, the elements that a load or a store of a ``VectorProgram`` names.
struct VectorStream: Hashable {
    /// Where the first element is.
    enum Place: Hashable {
        /// At the address that the frame has at an offset.
        case pointer(Int)
        /// In the frame, at an offset.
        case frame(Int)
    }

    var place: Place
    /// The bytes of an element.
    var elementByteCount: Int
    /// Whether the loop moves on by its argument `spreadStep` and not by the lanes of a vector.
    var isSpread = false
}
