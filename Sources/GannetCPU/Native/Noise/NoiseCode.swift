import GannetGraph

/// Makes random words and normal numbers for native loops.
struct NoiseCode: Sendable {
    /// The `count` words from number `start` on, somewhere in `memory`, which has room for 128 more.
    func words(
        _ memory: UnsafeMutableRawPointer, from start: Int, count: Int, key: SIMD4<UInt32>
    ) -> UnsafeMutableRawPointer {
        PhiloxWords.fill(memory.assumingMemoryBound(to: UInt32.self), from: start, count: count, key: key)
        return memory
    }

    /// The normal numbers that the `count` words from number `start` on stand for, somewhere in `memory`, which has room
    /// for 128 more.
    func normals(
        _ memory: UnsafeMutableRawPointer, from start: Int, count: Int, key: SIMD4<UInt32>
    ) -> UnsafeMutableRawPointer {
        let words = words(memory, from: start, count: count, key: key)
        NormalLoop.run(count, words, words, 32)
        return words
    }
}
