/// Copies pieces of operands into the order in which the inner kernel reads them.
enum Packing {
    /// A matrix in memory: where its first element is and what a step along each axis adds.
    struct Source {
        var base: UnsafePointer<Float>
        var rowStride: Int
        var columnStride: Int
    }

    /// Packs columns `columns` and rows `rows` of a right operand: one panel, row by row, each `width` elements
    /// of which those beyond `columns` are 0.
    static func packRight(
        _ source: Source, rows: Range<Int>, columns: Range<Int>, width: Int,
        into destination: UnsafeMutablePointer<Float>
    ) {
        var to = destination
        let first =
            source.base + rows.lowerBound * source.rowStride + columns.lowerBound * source.columnStride
        if columns.count == 8, width == 8, source.columnStride == 1 {
            var from = UnsafeRawPointer(first)
            for _ in rows {
                UnsafeMutableRawPointer(to).storeBytes(
                    of: from.loadUnaligned(as: Floats.self), as: Floats.self)
                from += source.rowStride * 4
                to += 8
            }
            return
        }
        if columns.count == 8, width == 8, source.rowStride == 1 {
            transposeEight(first, source.columnStride, rows.count, to)
            return
        }
        for row in 0..<rows.count {
            let from = first + row * source.rowStride
            for column in 0..<columns.count { to[column] = from[column * source.columnStride] }
            for column in columns.count..<width { to[column] = 0 }
            to += width
        }
    }

    /// Interleaves eight columns of contiguous elements, four by four.
    private static func transposeEight(
        _ from: UnsafePointer<Float>, _ stride: Int, _ count: Int, _ to: UnsafeMutablePointer<Float>
    ) {
        var row = 0
        while row + 4 <= count {
            for half in 0..<2 {
                let p = UnsafeRawPointer(from + row + half * 4 * stride)
                let x0 = p.loadUnaligned(as: SIMD4<Float>.self)
                let x1 = (p + stride * 4).loadUnaligned(as: SIMD4<Float>.self)
                let x2 = (p + stride * 8).loadUnaligned(as: SIMD4<Float>.self)
                let x3 = (p + stride * 12).loadUnaligned(as: SIMD4<Float>.self)
                let q = UnsafeMutableRawPointer(to + row * 8 + half * 4)
                q.storeBytes(of: SIMD4(x0[0], x1[0], x2[0], x3[0]), as: SIMD4<Float>.self)
                (q + 32).storeBytes(of: SIMD4(x0[1], x1[1], x2[1], x3[1]), as: SIMD4<Float>.self)
                (q + 64).storeBytes(of: SIMD4(x0[2], x1[2], x2[2], x3[2]), as: SIMD4<Float>.self)
                (q + 96).storeBytes(of: SIMD4(x0[3], x1[3], x2[3], x3[3]), as: SIMD4<Float>.self)
            }
            row += 4
        }
        while row < count {
            for column in 0..<8 { to[row * 8 + column] = from[row + column * stride] }
            row += 1
        }
    }

    /// Packs rows `rows` and columns `columns` of a left operand: one panel, column by column, each `height`
    /// elements, of which those beyond `rows` are 0, each repeated `repetition` times.
    static func packLeft(
        _ source: Source, rows: Range<Int>, columns: Range<Int>, height: Int, repetition: Int,
        into destination: UnsafeMutablePointer<Float>
    ) {
        let first =
            source.base + rows.lowerBound * source.rowStride + columns.lowerBound * source.columnStride
        if repetition == 4 {
            for row in 0..<height {
                var to = UnsafeMutableRawPointer(destination + row * 4)
                if row < rows.count {
                    var from = first + row * source.rowStride
                    for _ in 0..<columns.count {
                        to.storeBytes(of: SIMD4(repeating: from[0]), as: SIMD4<Float>.self)
                        from += source.columnStride
                        to += height * 16
                    }
                } else {
                    for _ in 0..<columns.count {
                        to.storeBytes(of: SIMD4<Float>(), as: SIMD4<Float>.self)
                        to += height * 16
                    }
                }
            }
            return
        }
        var to = destination
        for column in 0..<columns.count {
            for row in 0..<height {
                let value =
                    row < rows.count ? first[row * source.rowStride + column * source.columnStride] : 0
                to.update(repeating: value, count: repetition)
                to += repetition
            }
        }
    }
}
