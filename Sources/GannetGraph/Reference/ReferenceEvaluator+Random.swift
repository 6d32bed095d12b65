extension ReferenceEvaluator {
    /// The first `count` words of the stream that a key of four words names.
    static func randomBits(key: [Double], count: Int) -> [Double] {
        let key = SIMD4(UInt32(key[0]), UInt32(key[1]), UInt32(key[2]), UInt32(key[3]))
        return (0..<count).map { Double(Philox.word(UInt64($0), key: key)) }
    }
}
