import GannetGraph

/// The normal transform over a block, with the bits of ``NormalTransform/normal(_:)``.
///
/// The place of the leading bit and the bits after it are taken from the exact conversion to `Double`: its
/// exponent is the octave, the three bits after it choose the cubic, the next 23 are the argument.
enum NormalLoop {
    /// Writes the numbers that `count` words stand for.
    static func run(_ count: Int, _ d: UnsafeMutableRawPointer, _ a: UnsafeRawPointer, _ stepA: Int) {
        let to = d.assumingMemoryBound(to: Float.self)
        let from = a.assumingMemoryBound(to: UInt32.self)
        NormalTransform.coefficients.withUnsafeBytes { coefficients in
            let table = coefficients.baseAddress!
            if stepA == 0 {
                to.update(
                    repeating: NormalTransform.normal(
                        from[0], coefficients: table.assumingMemoryBound(to: Float.self)), count: count)
                return
            }
            var index = 0
            // Registers have room for a whole vector at the end.
            while index < count {
                let word = UnsafeRawPointer(from + index).loadUnaligned(as: SIMD4<UInt32>.self)
                UnsafeMutableRawPointer(to + index).storeBytes(of: four(word, table), as: SIMD4<Float>.self)
                index += 4
            }
        }
    }

    @inline(__always)
    private static func four(_ word: SIMD4<UInt32>, _ table: UnsafeRawPointer) -> SIMD4<Float> {
        let (c0, t0) = cubic(word[0], table)
        let (c1, t1) = cubic(word[1], table)
        let (c2, t2) = cubic(word[2], table)
        let (c3, t3) = cubic(word[3], table)
        let t = SIMD4<Float>(SIMD4<Int32>(t0, t1, t2, t3))
        var y = SIMD4(c0[3], c1[3], c2[3], c3[3]) * t + SIMD4(c0[2], c1[2], c2[2], c3[2])
        y = y * t + SIMD4(c0[1], c1[1], c2[1], c3[1])
        y = y * t + SIMD4(c0[0], c1[0], c2[0], c3[0])
        let bits = unsafeBitCast(y, to: SIMD4<UInt32>.self) ^ (word & 0x8000_0000)
        return unsafeBitCast(bits, to: SIMD4<Float>.self)
    }

    /// The cubic of a word and its argument.
    @inline(__always)
    private static func cubic(_ word: UInt32, _ table: UnsafeRawPointer) -> (SIMD4<Float>, Int32) {
        let x = Int32(bitPattern: min((word & 0x7FFF_FFFF) &+ 1, 0x7FFF_FFFF))
        let bits = Double(x).bitPattern
        let piece = Int(truncatingIfNeeded: bits >> 49) &- (1023 << 3)
        let argument = Int32(truncatingIfNeeded: bits >> 26) & 0x7F_FFFF
        return (table.loadUnaligned(fromByteOffset: piece &* 16, as: SIMD4<Float>.self), argument)
    }
}
