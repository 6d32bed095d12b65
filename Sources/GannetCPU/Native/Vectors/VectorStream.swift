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
}
