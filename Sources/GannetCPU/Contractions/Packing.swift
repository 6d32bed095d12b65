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

    /// Copies `rows` rows of a left operand so that the elements of a row are neighbours, and rows `pitch` apart.
    static func copyRows(
        _ source: Source, rows: Int, columns: Int, into destination: UnsafeMutablePointer<Float>, pitch: Int
    ) {
        if source.columnStride == 1 {
            for row in 0..<rows {
                (destination + row * pitch).update(from: source.base + row * source.rowStride, count: columns)
            }
            return
        }
        var column = 0
        if source.rowStride == 1 {
            while column + 4 <= columns {
                let line = source.base + column * source.columnStride
                transpose(
                    line, line + source.columnStride, line + 2 * source.columnStride,
                    line + 3 * source.columnStride, count: rows, into: destination + column, pitch: pitch)
                column += 4
            }
        }
        for row in 0..<rows {
            let from = source.base + row * source.rowStride
            for own in column..<columns { destination[row * pitch + own] = from[own * source.columnStride] }
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
                let own = from + line * lineStride
                transpose(
                    own, own + lineStride, own + 2 * lineStride, own + 3 * lineStride, count: count,
                    into: destination + line, pitch: pitch)
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

    /// Writes element k of four lines to the four places from `pitch` · k on.
    static func transpose(
        _ line0: UnsafePointer<Float>, _ line1: UnsafePointer<Float>, _ line2: UnsafePointer<Float>,
        _ line3: UnsafePointer<Float>, count: Int, into to: UnsafeMutablePointer<Float>, pitch: Int
    ) {
        @inline(__always)
        func load(_ line: UnsafePointer<Float>, _ k: Int) -> Quad {
            UnsafeRawPointer(line + k).loadUnaligned(as: Quad.self)
        }
        var k = 0
        while k + 4 <= count {
            let (x0, x1, x2, x3) = (load(line0, k), load(line1, k), load(line2, k), load(line3, k))
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
            (to[k * pitch], to[k * pitch + 1]) = (line0[k], line1[k])
            (to[k * pitch + 2], to[k * pitch + 3]) = (line2[k], line3[k])
            k += 1
        }
    }
}
