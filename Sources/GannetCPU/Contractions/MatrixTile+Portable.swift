extension MatrixTile {
    /// Six rows of eight columns: twelve 128-bit accumulators, two vectors of the right operand, two to spare.
    ///
    /// The left operand is packed with each element four times, since the baseline x86-64 has no load that repeats an
    /// element, and its shuffles compete with its additions.
    static let portable = MatrixTile(
        rows: 6, columns: 8, depth: 256, scratchByteCount: 256 * 96 + 6 * 8 * 4,
        multiply: { multiplySixByEight($0, $1) })
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

private func multiplySixByEight(_ row: TileRow, _ scratch: UnsafeMutableRawPointer) {
    let depth = spread(row, into: scratch)
    let whole = (scratch + depth * 96).assumingMemoryBound(to: Float.self)
    var column = 0
    var right = UnsafeRawPointer(row.right)
    while column < row.columnCount {
        let target = row.target + column
        let columns = min(8, row.columnCount - column)
        if row.rowCount == 6, columns == 8 {
            multiplySixByEight(depth, scratch, right, target, row.stride, row.adds)
        } else {
            multiplySixByEight(depth, scratch, right, whole, 8, false)
            for own in 0..<row.rowCount {
                let (from, to) = (whole + own * 8, target + own * row.stride)
                for place in 0..<columns { to[place] = row.adds ? to[place] + from[place] : from[place] }
            }
        }
        column += 8
        right += row.panelStride * 4
    }
}

/// Packs the rows column by column, each element four times, and zeros for the rows there are not; gives the number of
/// columns.
private func spread(_ row: TileRow, into panel: UnsafeMutableRawPointer) -> Int {
    var depth = 0
    for segment in 0..<row.left.count {
        let count = row.left.elementCount(segment)
        for own in 0..<6 {
            var to = panel + (depth * 96 + own * 16)
            if own < row.rowCount {
                let from = row.left.address(segment, row: own)
                for place in 0..<count {
                    to.storeBytes(of: Quad(repeating: from[place]), as: Quad.self)
                    to += 96
                }
            } else {
                for _ in 0..<count {
                    to.storeBytes(of: Quad(), as: Quad.self)
                    to += 96
                }
            }
        }
        depth += count
    }
    return depth
}

private func multiplySixByEight(
    _ depth: Int, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutablePointer<Float>,
    _ stride: Int,
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
        let to = UnsafeMutableRawPointer(c + row * stride)
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
