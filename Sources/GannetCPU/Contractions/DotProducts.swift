/// Four sums of products with one common factor, summed in eight lanes each.
///
/// The order of a sum follows from the number of its terms alone, if all calls of ``add`` but the last have a multiple of
/// eight.
struct DotProducts {
    private var sum0 = Floats.zero
    private var sum1 = Floats.zero
    private var sum2 = Floats.zero
    private var sum3 = Floats.zero

    /// The sums.
    @inline(__always)
    var sums: SIMD4<Float> { SIMD4(Self.total(sum0), Self.total(sum1), Self.total(sum2), Self.total(sum3)) }

    @inline(__always)
    private static func total(_ x: Floats) -> Float {
        let half = x.lowHalf + x.highHalf
        let pair = half.lowHalf + half.highHalf
        return pair[0] + pair[1]
    }

    /// Adds the products of `count` elements at `w` with those at each of four places.
    @inline(__always)
    mutating func add(
        _ w: UnsafePointer<Float>, _ x0: UnsafePointer<Float>, _ x1: UnsafePointer<Float>,
        _ x2: UnsafePointer<Float>, _ x3: UnsafePointer<Float>, count: Int
    ) {
        let (w, x0, x1) = (UnsafeRawPointer(w), UnsafeRawPointer(x0), UnsafeRawPointer(x1))
        let (x2, x3) = (UnsafeRawPointer(x2), UnsafeRawPointer(x3))
        var at = 0
        let end = count &* 4
        while at &+ 32 <= end {
            let factor = w.loadUnaligned(fromByteOffset: at, as: Floats.self)
            sum0 += x0.loadUnaligned(fromByteOffset: at, as: Floats.self) * factor
            sum1 += x1.loadUnaligned(fromByteOffset: at, as: Floats.self) * factor
            sum2 += x2.loadUnaligned(fromByteOffset: at, as: Floats.self) * factor
            sum3 += x3.loadUnaligned(fromByteOffset: at, as: Floats.self) * factor
            at &+= 32
        }
        var lane = 0
        while at < end {
            let factor = w.loadUnaligned(fromByteOffset: at, as: Float.self)
            sum0[lane] += x0.loadUnaligned(fromByteOffset: at, as: Float.self) * factor
            sum1[lane] += x1.loadUnaligned(fromByteOffset: at, as: Float.self) * factor
            sum2[lane] += x2.loadUnaligned(fromByteOffset: at, as: Float.self) * factor
            sum3[lane] += x3.loadUnaligned(fromByteOffset: at, as: Float.self) * factor
            at &+= 4
            lane &+= 1
        }
    }
}
