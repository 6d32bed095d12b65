import GannetGraph

/// Words of a Philox stream, sixteen blocks at a time.
enum PhiloxWords {
    /// Writes the `count` words from number `start` on.
    static func fill(
        _ destination: UnsafeMutablePointer<UInt32>, from start: Int, count: Int, key: SIMD4<UInt32>
    ) {
        var position = start
        var to = destination
        let end = start + count
        while position < end {
            let group = position & ~63
            if position == group, end - position >= 64 {
                sixtyFour(to, group: UInt64(group) >> 6, key: key)
                to += 64
                position += 64
                continue
            }
            let length = min(group + 64, end) - position
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
                sixtyFour(words.baseAddress!, group: UInt64(group) >> 6, key: key)
                to.update(from: words.baseAddress! + (position - group), count: length)
            }
            to += length
            position += length
        }
    }

    /// Writes the sixty-four words of blocks 16 · `group` … 16 · `group` + 15: the first words of all blocks,
    /// then the second ones, and so on.
    private static func sixtyFour(_ to: UnsafeMutablePointer<UInt32>, group: UInt64, key: SIMD4<UInt32>) {
        typealias Lanes = SIMD4<UInt64>
        let low = Lanes(repeating: 0xFFFF_FFFF)
        let (m0, m1) = (UInt64(Philox.multipliers.0), UInt64(Philox.multipliers.1))
        for part in 0..<4 {
            let number = Lanes(repeating: group << 4 | UInt64(part * 4)) | Lanes(0, 1, 2, 3)
            var x0 = number & low
            var x1 = number &>> 32
            var x2 = Lanes(repeating: UInt64(key[2]))
            var x3 = Lanes(repeating: UInt64(key[3]))
            var (k0, k1) = (key[0], key[1])
            for _ in 0..<Philox.rounds {
                let p0 = (x0 & low) &* m0
                let p1 = (x2 & low) &* m1
                x0 = (p1 &>> 32) ^ x1 ^ Lanes(repeating: UInt64(k0))
                x2 = (p0 &>> 32) ^ x3 ^ Lanes(repeating: UInt64(k1))
                x1 = p1 & low
                x3 = p0 & low
                k0 = k0 &+ Philox.keyIncrements.0
                k1 = k1 &+ Philox.keyIncrements.1
            }
            for lane in 0..<4 {
                to[part * 4 + lane] = UInt32(truncatingIfNeeded: x0[lane])
                to[part * 4 + lane + 16] = UInt32(truncatingIfNeeded: x1[lane])
                to[part * 4 + lane + 32] = UInt32(truncatingIfNeeded: x2[lane])
                to[part * 4 + lane + 48] = UInt32(truncatingIfNeeded: x3[lane])
            }
        }
    }
}
