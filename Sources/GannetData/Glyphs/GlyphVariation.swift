import Gannet

/// How one picture of a letter differs from the next: bend, size, slant, turn, place and the width of the pen.
struct GlyphVariation: Sendable {
    /// How far the middle of the letter is pushed along each axis.
    var bend: SIMD2<Float>
    /// Half the width and half the height of the letter, in pixels.
    var scale: SIMD2<Float>
    /// How far the top leans to the right, as a part of the height.
    var slant: Float
    /// The tangent of the angle the letter is turned by.
    var turn: Float
    /// How far the letter is moved, in pixels.
    var shift: SIMD2<Float>
    /// Half the width of the stroke, in pixels.
    var penRadius: Float

    /// The variation of picture `number` of a part of the data set, a pure function of the three numbers.
    init(seed: UInt64, part: UInt32, number: Int) {
        let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        func uniforms(_ block: UInt32) -> SIMD4<Float> {
            let counter = SIMD4(UInt32(truncatingIfNeeded: number), block, part, Self.streamTag)
            // The upper 24 bits are a multiple of 2⁻²⁴ in [0, 1), exactly; the result lies in [−1, 1).
            return SIMD4<Float>(Philox.block(counter: counter, key: key) &>> 8) * 0x1p-23 - 1
        }
        let (a, b, c) = (uniforms(0), uniforms(1), uniforms(2))
        bend = a.lowHalf * 0.09
        shift = a.highHalf * 0.8
        let height: Float = 8.8 + b[0] * 0.7
        scale = SIMD2(height * (0.94 + b[1] * 0.1), height)
        slant = 0.1 + b[2] * 0.18
        turn = b[3] * 0.09
        penRadius = 1.6 + c[0] * 0.4
    }

    /// The place of a letter's point in a picture whose centre is `center`, in pixels.
    func place(_ point: SIMD2<Float>, center: Float) -> SIMD2<Float> {
        var p = point
        p += bend * (1 - SIMD2(point.y * point.y, point.x * point.x * 1.6))
        p *= scale
        p.x -= slant * p.y
        // A turn by the angle whose tangent is given, without sine or cosine.
        let turned = SIMD2(p.x - turn * p.y, p.y + turn * p.x) / (1 + turn * turn).squareRoot()
        return turned + shift + center
    }

    /// The last word of the counter, "glyf" in ASCII, keeps these draws apart from others of the same seed.
    private static let streamTag: UInt32 = 0x676C_7966
}
