/// The inner kernel of matrix products: what a tier multiplies at a time, and the form it wants operands in.
struct MatrixTile: Sendable {
    /// The rows of a tile.
    var rows: Int
    /// The columns of a tile.
    var columns: Int
    /// How often each element of the left operand is repeated when it is packed, so that a vector of it can be
    /// loaded.
    var repetition: Int
    /// The longest stretch of the contracted axis that is summed in registers.
    var depth: Int
    /// Sets, or adds to, a tile of the result, whose rows are `stride` elements apart, the product of a packed
    /// left panel, `depth` columns of `rows` elements, and a packed right panel, `depth` rows of `columns`.
    var multiply:
        @Sendable (
            _ depth: Int, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutableRawPointer,
            _ stride: Int, _ adds: Bool
        ) -> Void

    /// The length of the equal stretches that a contracted axis is cut into.
    func stretch(of count: Int) -> Int {
        let stretches = max((count + depth - 1) / depth, 1)
        return max((count + stretches - 1) / stretches, 1)
    }

    /// Six rows of eight columns: twelve 128-bit accumulators, two vectors of the right operand, two to spare.
    /// The left operand is packed with each element four times, since the baseline x86-64 has no load that
    /// repeats an element, and its shuffles compete with its additions.
    static let portable = MatrixTile(
        rows: 6, columns: 8, repetition: 4, depth: 256,
        multiply: { multiplySixByEight($0, $1, $2, $3, $4, $5) })
}

private typealias Quad = SIMD4<Float>

/// sum + x · y, in one rounding where the processor always has the instruction for it.
@inline(__always)
private func accumulate(_ sum: inout Quad, _ x: Quad, _ y: Quad) {
    #if arch(arm64)
        sum = sum.addingProduct(x, y)
    #else
        sum += x * y
    #endif
}

private func multiplySixByEight(
    _ depth: Int, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutableRawPointer, _ stride: Int,
    _ adds: Bool
) {
    var (c00, c01, c10, c11, c20, c21) = (Quad(), Quad(), Quad(), Quad(), Quad(), Quad())
    var (c30, c31, c40, c41, c50, c51) = (Quad(), Quad(), Quad(), Quad(), Quad(), Quad())
    var (a, b) = (a, b)
    for _ in 0..<depth {
        let left = a.assumingMemoryBound(to: Quad.self)
        let right = b.assumingMemoryBound(to: Quad.self)
        let (b0, b1) = (right[0], right[1])
        var x = left[0]
        accumulate(&c00, x, b0)
        accumulate(&c01, x, b1)
        x = left[1]
        accumulate(&c10, x, b0)
        accumulate(&c11, x, b1)
        x = left[2]
        accumulate(&c20, x, b0)
        accumulate(&c21, x, b1)
        x = left[3]
        accumulate(&c30, x, b0)
        accumulate(&c31, x, b1)
        x = left[4]
        accumulate(&c40, x, b0)
        accumulate(&c41, x, b1)
        x = left[5]
        accumulate(&c50, x, b0)
        accumulate(&c51, x, b1)
        a += 96
        b += 32
    }
    func finish(_ row: Int, _ low: Quad, _ high: Quad) {
        let to = c + row * stride * 4
        if adds {
            to.storeBytes(of: to.loadUnaligned(as: Quad.self) + low, as: Quad.self)
            (to + 16).storeBytes(of: (to + 16).loadUnaligned(as: Quad.self) + high, as: Quad.self)
        } else {
            to.storeBytes(of: low, as: Quad.self)
            (to + 16).storeBytes(of: high, as: Quad.self)
        }
    }
    finish(0, c00, c01)
    finish(1, c10, c11)
    finish(2, c20, c21)
    finish(3, c30, c31)
    finish(4, c40, c41)
    finish(5, c50, c51)
}
