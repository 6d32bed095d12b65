import Gannet

/// The layers of a PixelCNN++: Salimans et al. (arXiv:1701.05517), section 2.4 and figure 2.
///
/// Units of two stacks (``PixelStack``) at several resolutions: on the way down each level hands on a map at half its
/// resolution, on the way up it gets one back, and each unit there is told what one on the way down has found, the last
/// first (section 2.5).
public struct PixelPyramid: CausalLayer {
    /// A unit of each stack; the horizontal one is told what the vertical one makes.
    struct Pair: Module {
        let vertical: GatedResidualUnit
        let horizontal: GatedResidualUnit
    }

    /// The ways to the next level and back.
    struct Crossing: Module {
        let verticalDown: Conv2D
        let horizontalDown: Conv2D
        let verticalUp: ConvTranspose2D
        let horizontalUp: ConvTranspose2D
    }

    /// A resolution.
    struct Level: Module {
        let encoder: [Pair]
        /// nil in the coarsest level.
        let crossing: Crossing?
        let decoder: [Pair]
    }

    /// From the two rows above to the vertical stack.
    private let rowsAbove: Conv2D
    /// From the row above to the horizontal stack, and from the column to the left.
    private let rowAbove: Conv2D
    private let columnLeft: Conv2D
    private let levels: [Level]
    private let head: Linear

    public var depth: Int { levels.count - 1 }
    /// The channels of the pictures and one that is 1 inside them, by which edges are seen.
    private var inputs: Int { rowsAbove.inputs }
    private var features: Int { head.inputs }

    /// Creates the layers.
    ///
    /// - Parameters:
    ///   - channels: Those of the pictures.
    ///   - features: The features of each stack.
    ///   - blocks: The units of a stack in a level on the way down; on the way up there is one more, but in the coarsest.
    ///   - depth: How often the resolution is halved.
    ///   - outputs: The results for a pixel.
    ///   - dropout: What is dropped in training of what goes into the second convolution of a unit.
    ///   - random: Where the initial values come from.
    init(
        channels: Int, features: Int, blocks: Int, depth: Int, outputs: Int, dropout: Float,
        random: inout RandomStream
    ) {
        func first(
            _ rows: Int, _ columns: Int, _ height: ConvolutionGeometry.Axis, _ width: ConvolutionGeometry.Axis
        )
            -> Conv2D
        {
            Conv2D(
                inputs: channels + 1, outputs: features, window: (rows, columns),
                ConvolutionGeometry(height: height, width: width), random: &random)
        }
        let around = ConvolutionGeometry.Axis(padLow: 1, padHigh: 1)
        let before = ConvolutionGeometry.Axis(padLow: 1, padHigh: -1)
        rowsAbove = first(2, 3, .init(padLow: 2, padHigh: -1), around)
        rowAbove = first(1, 3, before, around)
        columnLeft = first(2, 1, .init(padLow: 1), before)
        func pairs(_ count: Int, asides: Int) -> [Pair] {
            (0..<count).map { _ in
                Pair(
                    vertical: GatedResidualUnit(
                        .vertical, features: features, asides: asides, dropout: dropout, random: &random),
                    horizontal: GatedResidualUnit(
                        .horizontal, features: features, asides: asides + 1, dropout: dropout, random: &random
                    ))
            }
        }
        func crossing() -> Crossing {
            func down(_ stack: PixelStack) -> Conv2D {
                stack.convolution(inputs: features, outputs: features, stride: 2, random: &random)
            }
            func up() -> ConvTranspose2D {
                ConvTranspose2D(inputs: features, outputs: features, kernel: 2, stride: 2, random: &random)
            }
            return Crossing(
                verticalDown: down(.vertical), horizontalDown: down(.horizontal), verticalUp: up(),
                horizontalUp: up())
        }
        levels = (0...depth).map { level in
            Level(
                encoder: pairs(blocks, asides: 0), crossing: level < depth ? crossing() : nil,
                decoder: pairs(level < depth ? blocks + 1 : blocks, asides: 1))
        }
        head = Linear(inputs: features, outputs: outputs, random: &random)
    }

    /// The results for each pixel.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        let x = marked(x)
        return head(decoded(level: 0, rowsAbove(x), rowAbove(x) + columnLeft(x)).horizontal.elu())
    }

    /// What a level and those below make of maps of both stacks.
    private func decoded(level number: Int, _ v: Tensor, _ h: Tensor) -> (
        vertical: Tensor, horizontal: Tensor
    ) {
        let level = levels[number]
        var (v, h) = (v, h)
        var found = [(v, h)]
        for pair in level.encoder {
            v = pair.vertical(v, [])
            h = pair.horizontal(h, [v])
            found.append((v, h))
        }
        if let crossing = level.crossing {
            let (coarseV, coarseH) = decoded(
                level: number + 1, crossing.verticalDown(v), crossing.horizontalDown(h))
            (v, h) = (crossing.verticalUp(coarseV), crossing.horizontalUp(coarseH))
        } else {
            (v, h) = found.removeLast()
        }
        for pair in level.decoder {
            let (foundV, foundH) = found.removeLast()
            v = pair.vertical(v, [foundV])
            h = pair.horizontal(h, [v, foundH])
        }
        return (v, h)
    }

    /// Pictures with a channel that is 1.
    private func marked(_ x: Tensor) -> Tensor {
        let one = Tensor.literal(Float(1)).broadcast(to: Shape(x.shape.extents.dropLast() + [1]))
        return .concatenate([x, one], axis: -1)
    }
}

// MARK: - In reading order

extension PixelPyramid {
    public var keptMaps: [KeptMap] {
        [KeptMap(channels: inputs, rows: 2, columns: 1)] + keptMaps(level: 0)
    }

    private func keptMaps(level number: Int) -> [KeptMap] {
        let level = levels[number]
        func maps(_ pairs: [Pair]) -> [KeptMap] {
            pairs.flatMap {
                $0.vertical.keptMaps(.vertical, level: number)
                    + $0.horizontal.keptMaps(.horizontal, level: number)
            }
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
