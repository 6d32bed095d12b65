/// Adds multiples of rows to a row.
enum RowSums {
    /// The rows that are added at a time.
    static let rowCount = 8

    /// Adds to each of `count` elements those of eight rows, times a factor for each row.
    static func add(
        _ factors: Floats, _ rows: UnsafePointer<UnsafePointer<Float>>,
        to sums: UnsafeMutablePointer<Float>, count: Int
    ) {
        typealias Quad = SIMD4<Float>
        let (r0, r1, r2, r3) = (rows[0], rows[1], rows[2], rows[3])
        let (r4, r5, r6, r7) = (rows[4], rows[5], rows[6], rows[7])
        let (f0, f1, f2, f3) = (
            Quad(repeating: factors[0]), Quad(repeating: factors[1]), Quad(repeating: factors[2]),
            Quad(repeating: factors[3])
        )
        let (f4, f5, f6, f7) = (
            Quad(repeating: factors[4]), Quad(repeating: factors[5]), Quad(repeating: factors[6]),
            Quad(repeating: factors[7])
        )
        @inline(__always)
        func row(_ pointer: UnsafePointer<Float>, _ index: Int) -> Quad {
            UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: index &* 4, as: Quad.self)
        }
        var index = 0
        while index &+ 4 <= count {
            let to = UnsafeMutableRawPointer(sums + index)
            var sum = to.loadUnaligned(as: Quad.self)
            sum += row(r0, index) * f0
            sum += row(r1, index) * f1
            sum += row(r2, index) * f2
            sum += row(r3, index) * f3
            sum += row(r4, index) * f4
            sum += row(r5, index) * f5
            sum += row(r6, index) * f6
            sum += row(r7, index) * f7
            to.storeBytes(of: sum, as: Quad.self)
            index &+= 4
        }
        while index < count {
            var sum = sums[index]
            sum += r0[index] * factors[0]
            sum += r1[index] * factors[1]
            sum += r2[index] * factors[2]
            sum += r3[index] * factors[3]
            sum += r4[index] * factors[4]
            sum += r5[index] * factors[5]
            sum += r6[index] * factors[6]
            sum += r7[index] * factors[7]
            sums[index] = sum
            index &+= 1
        }
    }

    /// Adds to each of `count` elements that of one row, times a factor.
    static func add(
        _ factor: Float, _ row: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>, count: Int
    ) {
        for index in 0..<count { sums[index] += row[index] * factor }
    }
}
