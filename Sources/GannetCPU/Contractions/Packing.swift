/// Copies pieces of operands into the order in which the inner kernel reads them.
enum Packing {
    /// A matrix in memory: where its first element is and what a step along each axis adds.
    struct Source {
        var base: UnsafePointer<Float>
        var rowStride: Int
        var columnStride: Int
    }

    private typealias Quad = SIMD4<Float>

    /// Packs columns `columns` and rows `rows` of a right operand: one panel, row by row, each `width` elements
    /// of which those beyond `columns` are 0.
    static func packRight(
        _ source: Source, rows: Range<Int>, columns: Range<Int>, width: Int,
        into destination: UnsafeMutablePointer<Float>
    ) {
        let first =
            source.base + rows.lowerBound * source.rowStride + columns.lowerBound * source.columnStride
        interleave(
            first, lineStride: source.columnStride, step: source.rowStride, lines: columns.count,
            count: rows.count, into: destination, pitch: width)
    }

    /// Packs rows `rows` and columns `columns` of a left operand: one panel, column by column, each `height`
    /// elements, of which those beyond `rows` are 0, each repeated `repetition` times.
    static func packLeft(
        _ source: Source, rows: Range<Int>, columns: Range<Int>, height: Int, repetition: Int,
        into destination: UnsafeMutablePointer<Float>
    ) {
        let first =
            source.base + rows.lowerBound * source.rowStride + columns.lowerBound * source.columnStride
        if repetition == 1 {
            return interleave(
                first, lineStride: source.rowStride, step: source.columnStride, lines: rows.count,
                count: columns.count, into: destination, pitch: height)
        }
        precondition(repetition == 4, "the left operand is packed once or four times over")
        for row in 0..<height {
            var to = UnsafeMutableRawPointer(destination + row * 4)
            if row < rows.count {
                var from = first + row * source.rowStride
                for _ in 0..<columns.count {
                    to.storeBytes(of: Quad(repeating: from[0]), as: Quad.self)
                    from += source.columnStride
                    to += height * 16
                }
            } else {
                for _ in 0..<columns.count {
                    to.storeBytes(of: Quad(), as: Quad.self)
                    to += height * 16
                }
            }
        }
    }

    /// Writes element k of line l, `lineStride` · l + `step` · k elements behind `from`, to place `pitch` · k + l, and
    /// zeros behind the last line up to `pitch`.
    static func interleave(
        _ from: UnsafePointer<Float>, lineStride: Int, step: Int, lines: Int, count: Int,
        into destination: UnsafeMutablePointer<Float>, pitch: Int
    ) {
        if lines == 0 { return destination.update(repeating: 0, count: count * pitch) }
        if lineStride == 1 {
            return copy(from, step: step, lines: lines, count: count, into: destination, pitch: pitch)
        }
        var line = 0
        if step == 1 {
            while line + 4 <= lines {
                transpose(
                    from + line * lineStride, lineStride, count: count, into: destination + line, pitch: pitch
                )
                line += 4
            }
        }
        if line == lines, lines >= pitch { return }
        for k in 0..<count {
            let to = destination + k * pitch
            for own in line..<lines { to[own] = from[own * lineStride + k * step] }
            for own in lines..<max(pitch, lines) { to[own] = 0 }
        }
    }

    /// Copies pieces of `lines` contiguous elements.
    private static func copy(
        _ from: UnsafePointer<Float>, step: Int, lines: Int, count: Int,
        into destination: UnsafeMutablePointer<Float>, pitch: Int
    ) {
        let vectors = lines / 8
        for k in 0..<count {
            let (source, to) = (
                UnsafeRawPointer(from + k * step), UnsafeMutableRawPointer(destination + k * pitch)
            )
            for vector in 0..<vectors {
                (to + vector * 32).storeBytes(
                    of: (source + vector * 32).loadUnaligned(as: Floats.self), as: Floats.self)
            }
            for own in vectors * 8..<lines { destination[k * pitch + own] = from[k * step + own] }
            for own in lines..<max(pitch, lines) { destination[k * pitch + own] = 0 }
        }
    }

    /// Interleaves four lines of contiguous elements.
    private static func transpose(
        _ from: UnsafePointer<Float>, _ stride: Int, count: Int, into to: UnsafeMutablePointer<Float>,
        pitch: Int
    ) {
        var k = 0
        while k + 4 <= count {
            let p = UnsafeRawPointer(from + k)
            let x0 = p.loadUnaligned(as: Quad.self)
            let x1 = (p + stride * 4).loadUnaligned(as: Quad.self)
            let x2 = (p + stride * 8).loadUnaligned(as: Quad.self)
            let x3 = (p + stride * 12).loadUnaligned(as: Quad.self)
            let (a, b) = (
                Quad(lowHalf: x0.evenHalf, highHalf: x1.evenHalf),
                Quad(lowHalf: x2.evenHalf, highHalf: x3.evenHalf)
            )
            let (c, d) = (
                Quad(lowHalf: x0.oddHalf, highHalf: x1.oddHalf),
                Quad(lowHalf: x2.oddHalf, highHalf: x3.oddHalf)
            )
            let q = UnsafeMutableRawPointer(to + k * pitch)
            q.storeBytes(of: Quad(lowHalf: a.evenHalf, highHalf: b.evenHalf), as: Quad.self)
            (q + pitch * 4).storeBytes(of: Quad(lowHalf: c.evenHalf, highHalf: d.evenHalf), as: Quad.self)
            (q + pitch * 8).storeBytes(of: Quad(lowHalf: a.oddHalf, highHalf: b.oddHalf), as: Quad.self)
            (q + pitch * 12).storeBytes(of: Quad(lowHalf: c.oddHalf, highHalf: d.oddHalf), as: Quad.self)
            k += 4
        }
        while k < count {
            for line in 0..<4 { to[k * pitch + line] = from[line * stride + k] }
            k += 1
        }
    }
}
