/// The standard normal number that a 32-bit word stands for, the same bits on every device.
///
/// The transform is an inverse of the normal distribution function in piecewise cubics. It uses integer
/// operations, table look-ups, rounded multiplications and rounded additions only, all of which every device
/// does alike; a fused multiply-add would round once less, and must not be used.
///
/// The top bit of the word is the sign, 1 for negative. The other 31 bits, *m*, name the upper tail
/// p = (x − ½) / 2³² with x = min(m + 1, 2³¹ − 1). The place of the leading bit of x (its octave, 0 … 30) and the
/// three bits after it choose one of 31 × 8 cubics; the 23 bits after those are its argument. The cubics are
/// fitted to −Φ⁻¹(p), see `normal_table.py` beside the tests.
///
/// Over all 2³² words the largest error against −Φ⁻¹(p) is 4.8 · 10⁻⁷, one unit in the last place of the far tail;
/// the root of the mean squared error is 5.6 · 10⁻⁸ and the largest number 6.338. As many words as exact quantiles
/// would give lie beyond 4, 5 and 6 standard deviations, and all but 200 in 10⁹ beyond 1, 2 and 3. The numbers
/// are exactly symmetric about 0; the two words nearest to it give 0 and −0.
public enum NormalTransform {
    /// The number of octaves of x.
    public static let octaveCount = 31
    /// The number of cubics an octave.
    public static let piecesPerOctave = 8

    /// The coefficients of the cubics: that of tᵈ in piece *j* of octave *e* is element (8e + j) · 4 + d, where t
    /// is the argument as a whole number from 0 to 2²³ − 1.
    public static let coefficients: [Float] = coefficientBits.map(Float.init(bitPattern:))

    /// The standard normal number that `word` stands for.
    @inlinable
    public static func normal(_ word: UInt32) -> Float {
        coefficients.withUnsafeBufferPointer { normal(word, coefficients: $0.baseAddress!) }
    }

    /// The standard normal number that `word` stands for, where the caller already holds a pointer to
    /// ``coefficients``.
    @inlinable @inline(__always)
    public static func normal(_ word: UInt32, coefficients: UnsafePointer<Float>) -> Float {
        let x = Swift.min((word & 0x7FFF_FFFF) &+ 1, 0x7FFF_FFFF)
        let zeros = UInt32(truncatingIfNeeded: x.leadingZeroBitCount)
        // The leading bit of x is moved to bit 31; pieces are bits 28 … 30, the argument is bits 5 … 27.
        let aligned = x &<< zeros
        let cubic = (31 &- zeros) &<< 3 | aligned &>> 28 & 7
        let c = coefficients + Int(cubic &<< 2)
        let t = Float(aligned &>> 5 & 0x7F_FFFF)
        let magnitude = ((c[3] * t + c[2]) * t + c[1]) * t + c[0]
        return Float(bitPattern: magnitude.bitPattern ^ (word & 0x8000_0000))
    }
}
