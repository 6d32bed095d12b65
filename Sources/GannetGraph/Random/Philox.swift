/// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3"
/// (SC 2011): 128 random bits are a pure function of a 128-bit counter and a 64-bit key.
public enum Philox {
    /// The multipliers of the two 32-bit halves of a round.
    public static let multipliers: (UInt32, UInt32) = (0xD251_1F53, 0xCD9E_8D57)
    /// What is added to the key after each round.
    public static let keyIncrements: (UInt32, UInt32) = (0x9E37_79B9, 0xBB67_AE85)
    /// The number of rounds.
    public static let rounds = 10

    /// The four words for a counter and a key.
    @inlinable
    public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var x = counter
        var k = key
        for _ in 0..<rounds {
            let p0 = multipliers.0.multipliedFullWidth(by: x[0])
            let p1 = multipliers.1.multipliedFullWidth(by: x[2])
            x = SIMD4(p1.high ^ x[1] ^ k[0], p1.low, p0.high ^ x[3] ^ k[1], p0.low)
            k = SIMD2(k[0] &+ keyIncrements.0, k[1] &+ keyIncrements.1)
        }
        return x
    }

    /// Element `index` of the stream that a key of four words (seed low, seed high, stream low, stream high)
    /// names.
    ///
    /// Sixty-four elements share sixteen blocks: element *i* is word ⌊i/16⌋ mod 4 of block 16·⌊i/64⌋ + i mod 16,
    /// so that sixteen lanes of a vector unit make sixteen blocks and store their words without a shuffle.
    @inlinable
    public static func word(_ index: UInt64, key: SIMD4<UInt32>) -> UInt32 {
        let number = (index >> 6) << 4 | index & 15
        let counter = SIMD4(
            UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32), key[2], key[3])
        return block(counter: counter, key: SIMD2(key[0], key[1]))[Int(index >> 4 & 3)]
    }
}
