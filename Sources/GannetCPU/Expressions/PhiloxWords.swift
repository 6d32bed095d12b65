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
        withRoundKeys(key) { keys in
            while position < end {
                let group = position & ~63
                if position == group, end - position >= 64 {
                    sixtyFour(to, group: UInt64(group) >> 6, key: key, keys)
                    to += 64
                    position += 64
                    continue
                }
                let length = min(group + 64, end) - position
                withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
                    sixtyFour(words.baseAddress!, group: UInt64(group) >> 6, key: key, keys)
                    to.update(from: words.baseAddress! + (position - group), count: length)
                }
                to += length
                position += length
            }
        }
    }

    /// Calls `body` with the two keys of each round, in all lanes.
    private static func withRoundKeys(_ key: SIMD4<UInt32>, _ body: (UnsafePointer<Pair>) -> Void) {
        withUnsafeTemporaryAllocation(of: Pair.self, capacity: 2 * Philox.rounds) { keys in
            var (k0, k1) = (key[0], key[1])
            for round in 0..<Philox.rounds {
                keys.initializeElement(at: 2 * round, to: Pair(repeating: UInt64(k0)))
                keys.initializeElement(at: 2 * round + 1, to: Pair(repeating: UInt64(k1)))
                k0 = k0 &+ Philox.keyIncrements.0
                k1 = k1 &+ Philox.keyIncrements.1
            }
            body(UnsafePointer(keys.baseAddress!))
        }
    }

    /// Writes the sixty-four words of blocks 16 · `group` … 16 · `group` + 15: the first words of all blocks,
    /// then the second ones, and so on.
    ///
    /// A lane holds two neighbouring words of a block, the first in its lower half, which is the half that products
    /// of 64-bit lanes read.
    private static func sixtyFour(
        _ to: UnsafeMutablePointer<UInt32>, group: UInt64, key: SIMD4<UInt32>,
        _ keys: UnsafePointer<Pair>
    ) {
        let m0 = Pair(repeating: UInt64(Philox.multipliers.0))
        let m1 = Pair(repeating: UInt64(Philox.multipliers.1))
        for part in 0..<4 {
            // The counter is 64 bits: the number of the block.
            var a0 = Pair(repeating: group << 4 | UInt64(part * 4)) | Pair(0, 1)
            var a1 = a0 | Pair(repeating: 2)
            var b0 = Pair(repeating: UInt64(key[3]) << 32 | UInt64(key[2]))
            var b1 = b0
            for round in 0..<Philox.rounds {
                let (k0, k1) = (keys[2 * round], keys[2 * round + 1])
                let (p0, p1, q0, q1) = (product(a0, m0), product(a1, m0), product(b0, m1), product(b1, m1))
                // The upper half of a product goes to the first word, the lower one to the second.
                a0 = swapHalves(q0) ^ (a0 &>> 32) ^ k0
                a1 = swapHalves(q1) ^ (a1 &>> 32) ^ k0
                b0 = swapHalves(p0) ^ (b0 &>> 32) ^ k1
                b1 = swapHalves(p1) ^ (b1 &>> 32) ^ k1
            }
            let to = UnsafeMutableRawPointer(to + part * 4)
            store(a0, a1, to)
            store(b0, b1, to + 128)
        }
    }

    /// Two blocks' neighbouring words.
    private typealias Pair = SIMD2<UInt64>

    /// The products of the lower halves.
    @inline(__always)
    private static func product(_ x: Pair, _ m: Pair) -> Pair { (x & Pair(repeating: 0xFFFF_FFFF)) &* m }

    /// Each lane with its halves exchanged.
    @inline(__always)
    private static func swapHalves(_ x: Pair) -> Pair {
        let w = unsafeBitCast(x, to: SIMD4<UInt32>.self)
        return unsafeBitCast(SIMD4(w[1], w[0], w[3], w[2]), to: Pair.self)
    }

    /// Stores the lower halves of four blocks, and their upper halves sixty-four bytes after them.
    @inline(__always)
    private static func store(_ x: Pair, _ y: Pair, _ to: UnsafeMutableRawPointer) {
        let (x, y) = (unsafeBitCast(x, to: SIMD4<UInt32>.self), unsafeBitCast(y, to: SIMD4<UInt32>.self))
        to.storeBytes(of: SIMD4(x[0], x[2], y[0], y[2]), as: SIMD4<UInt32>.self)
        (to + 64).storeBytes(of: SIMD4(x[1], x[3], y[1], y[3]), as: SIMD4<UInt32>.self)
    }
}
