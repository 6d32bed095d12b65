import CGannetOpenCL

/// A place in a device's memory.
struct MemoryPlace {
    /// The memory.
    var memory: cl_mem
    /// Where in it the place is, in bytes.
    var offset = 0

    /// The place so many bytes further on.
    func advanced(by byteCount: Int) -> MemoryPlace {
        MemoryPlace(memory: memory, offset: offset + byteCount)
    }
}
