import Gannet

/// The pyramid in reading order: rows of the vertical stack, pixels of the horizontal one.
extension PixelPyramid {
    public var keptMaps: [KeptMap] {
        [KeptMap(channels: inputs, rows: 2, columns: 1)] + keptMaps(level: 0)
    }

    private func keptMaps(level number: Int) -> [KeptMap] {
        let level = levels[number]
        func maps(_ pairs: [Pair]) -> [KeptMap] {
            pairs.flatMap { $0.vertical.keptMaps(level: number) + $0.horizontal.keptMaps(level: number) }
        }
        var crossing: [KeptMap] = []
        if level.crossing != nil {
            crossing = [PixelStack.vertical, .horizontal].map { $0.keptMap(features, level: number) }
            crossing += keptMaps(level: number + 1)
        }
        return maps(level.encoder) + crossing + maps(level.decoder)
    }

    /// The vertical stack, and what the rows above give to the horizontal one.
    public func startRow(_ row: inout RowReading) {
        let above = row.rowsAbove()
        let last = above.slice(1..<2, axis: 0)
        let corner = last.rowConvolved(
            with: columnLeft.weight.value.slice(0..<1, axis: 0), columnLeft.geometry.width)
        row.provide(
            last.rowConvolved(with: rowAbove.weight.value, rowAbove.geometry.width) + corner
                + (rowAbove.bias!.value + columnLeft.bias!.value))
        let start =
            above.rowConvolved(with: rowsAbove.weight.value, rowsAbove.geometry.width) + rowsAbove.bias!.value
        _ = decodedRow(level: 0, start, in: &row)
    }

    /// What a level and those below make of a row of the vertical stack, [width, batch, features].
    private func decodedRow(level number: Int, _ v: Tensor, in row: inout RowReading) -> Tensor {
        let level = levels[number]
        var v = v
        var found = [v]
        for pair in level.encoder {
            v = pair.vertical.row(v, [], in: &row)
            pair.horizontal.startRow(v, level: number, in: &row)
            found.append(v)
        }
        if let crossing = level.crossing {
            let above = row.rowsAbove()
            row.remember(v)
            let horizontalAbove = row.rowsAbove()
            if row.deepest > number {
                let start = crossing.horizontalDown.sums(ofRowAbove: horizontalAbove)
                row.provide(start, level: number + 1)
                let coarse = decodedRow(
                    level: number + 1, crossing.verticalDown.row(v, above: above), in: &row)
                row.share(coarse, level: number + 1)
                v = crossing.verticalUp.row(0, of: coarse)
            } else {
                v = crossing.verticalUp.row(1, of: row.shared(level: number + 1))
                let coarse = row.sharedByPixels(level: number + 1)
                row.provide(crossing.horizontalUp.row(1, of: coarse), level: number)
            }
        } else {
            v = found.removeLast()
        }
        for pair in level.decoder {
            v = pair.vertical.row(v, [found.removeLast()], in: &row)
            pair.horizontal.startRow(v, level: number, in: &row)
        }
        return v
    }

    /// The horizontal stack.
    public func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor {
        let tap = columnLeft.weight.value.element(1, axis: 0).squeezed(axes: [0])
        let start = reading.left().squeezed(axes: [1]).matmul(tap) + reading.context()
        reading.remember(marked(x), awaitsPixel: true)
        return head(decodedPixel(level: 0, start, in: &reading).elu())
    }

    /// What a level and those below make of a pixel of the horizontal stack, [batch, features].
    private func decodedPixel(level number: Int, _ h: Tensor, in reading: inout PixelReading) -> Tensor {
        let level = levels[number]
        var h = h
        var found = [h]
        for pair in level.encoder {
            h = pair.horizontal.pixel(h, [], in: &reading)
            found.append(h)
        }
        if let crossing = level.crossing {
            let left = reading.left().squeezed(axes: [1])
            reading.remember(h)
            if reading.deepest > number {
                let start = crossing.horizontalDown.sums(ofPixel: h, left: left) + reading.context()
                let coarse = decodedPixel(level: number + 1, start, in: &reading)
                reading.share(coarse, level: number + 1)
                h = crossing.horizontalUp.pixel(row: 0, column: 0, of: coarse)
            } else if reading.deepestOfRow > number {
                h = crossing.horizontalUp.pixel(row: 0, column: 1, of: reading.shared(level: number + 1))
            } else {
                h = reading.context()
            }
        } else {
            h = found.removeLast()
        }
        for pair in level.decoder {
            h = pair.horizontal.pixel(h, [found.removeLast()], in: &reading)
        }
        return h
    }
}

/// 2 × 2 taps with a stride of 2: each pixel becomes four.
extension ConvTranspose2D {
    /// One of the two rows, [2 · width, batch, outputs], that a row becomes, [width, batch, inputs].
    fileprivate func row(_ row: Int, of x: Tensor) -> Tensor {
        let (width, batch) = (x.shape[0], x.shape[1])
        let taps = weight.value.element(row, axis: 0).reshape([2 * outputs, inputs]).transposed()
        return x.reshape([width * batch, inputs]).matmul(taps).reshape([width, batch, 2, outputs])
            .permute(0, 2, 1, 3).reshape([2 * width, batch, outputs]) + bias!.value
    }

    /// One of the four pixels, [batch, outputs], that a pixel becomes, [batch, inputs].
    fileprivate func pixel(row: Int, column: Int, of x: Tensor) -> Tensor {
        let tap = weight.value.element(row, axis: 0).element(column, axis: 0)
        return x.matmul(tap.transposed()) + bias!.value
    }
}
