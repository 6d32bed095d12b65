extension MatrixTile {
    /// Six rows of eight columns: twelve 128-bit accumulators, two vectors of the right operand, two to spare.
    ///
    /// The left operand is packed with each element four times, since the baseline x86-64 has no load that repeats an
    /// element, and its shuffles compete with its additions.
    static let portable = MatrixTile(
        rows: 6, columns: 8, depth: 256, columnsAtATime: .max, isFasterInPart: false,
        scratchByteCount: 256 * 96 + 6 * 8 * 4,
        multiply: { multiplySixByEight($0, $1) }, addOuterProducts: { addSixByEight($0, $1) })
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
    if row.runs.isEmpty, !row.adds {
        for own in 0..<row.rowCount {
            (row.target + own * row.stride).update(repeating: 0, count: row.columnCount)
        }
    }
    let step = row.rightStep ?? 8
    for (number, run) in row.runs.enumerated() {
        spread(run, stride: row.leftStride, rowCount: row.rowCount, into: scratch)
        var right = UnsafeRawPointer(row.right + run.first * step)
        for column in stride(from: 0, to: row.columnCount, by: 8) {
            inWholeTile(
                rows: row.rowCount, columns: min(8, row.columnCount - column), row.target + column,
                row.stride, row.adds || number > 0, scratch + run.count * 96
            ) { multiplySixByEight(run.count, scratch, right, step: step * 4, $0, $1, $2) }
            right += row.panelStride * 4
        }
    }
}

private func addSixByEight(_ products: OuterProducts, _ scratch: UnsafeMutableRawPointer) {
    let depth = products.count
    for k in 0..<depth {
        let from = products.left[k] + products.leftOffset
        for row in 0..<6 {
            (scratch + (k * 96 + row * 16)).storeBytes(
                of: Quad(repeating: row < products.rowCount ? from[row] : 0), as: Quad.self)
        }
    }
    var right = products.right
    for column in stride(from: 0, to: products.columnCount, by: 8) {
        inWholeTile(
            rows: products.rowCount, columns: min(8, products.columnCount - column),
            products.target + column, products.stride, products.adds, scratch + depth * 96
        ) { multiplySixByEight(depth, scratch, rowsAt: right, $0, $1, $2) }
        right += depth
    }
}

/// Calls `body` with where six rows of eight columns may be written, how far apart they are, and whether they are to be
/// added, and brings what it wrote to the target if that has fewer.
@inline(__always)
private func inWholeTile(
    rows: Int, columns: Int, _ target: UnsafeMutablePointer<Float>, _ stride: Int, _ adds: Bool,
    _ scratch: UnsafeMutableRawPointer,
    _ body: (_ target: UnsafeMutablePointer<Float>, _ stride: Int, _ adds: Bool) -> Void
) {
    if rows == 6, columns == 8 { return body(target, stride, adds) }
    let whole = scratch.assumingMemoryBound(to: Float.self)
    body(whole, 8, false)
    for row in 0..<rows {
        let (from, to) = (whole + row * 8, target + row * stride)
        for column in 0..<columns { to[column] = adds ? to[column] + from[column] : from[column] }
    }
}

/// Packs the rows of a run column by column, each element four times, and zeros for the rows there are not.
private func spread(_ run: TileRun, stride: Int, rowCount: Int, into panel: UnsafeMutableRawPointer) {
    for row in 0..<6 {
        var to = panel + row * 16
        let from = run.left + (row < rowCount ? row * stride : 0)
        for place in 0..<run.count {
            to.storeBytes(of: Quad(repeating: row < rowCount ? from[place] : 0), as: Quad.self)
            to += 96
        }
    }
}

@inline(never)
private func multiplySixByEight(
    _ depth: Int, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, step: Int,
    _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ adds: Bool
) {
    multiplySixByEight(depth, a, c, stride, adds) { k in
        let right = b + k * step
        return (right.loadUnaligned(as: Quad.self), (right + 16).loadUnaligned(as: Quad.self))
    }
}

@inline(never)
private func multiplySixByEight(
    _ depth: Int, _ a: UnsafeRawPointer, rowsAt rows: UnsafePointer<UnsafePointer<Float>>,
    _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ adds: Bool
) {
    multiplySixByEight(depth, a, c, stride, adds) { k in
        let right = UnsafeRawPointer(rows[k])
        return (right.loadUnaligned(as: Quad.self), (right + 16).loadUnaligned(as: Quad.self))
    }
}

@inline(__always)
private func multiplySixByEight(
    _ depth: Int, _ a: UnsafeRawPointer, _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ adds: Bool,
    _ right: (Int) -> (Quad, Quad)
) {
    var (c00, c01, c10, c11, c20, c21) = (Quad(), Quad(), Quad(), Quad(), Quad(), Quad())
    var (c30, c31, c40, c41, c50, c51) = (Quad(), Quad(), Quad(), Quad(), Quad(), Quad())
    var a = a
    for k in 0..<depth {
        let left = a.assumingMemoryBound(to: Quad.self)
        let (b0, b1) = right(k)
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
