/// The taps of a convolution as what each pixel of the images gives to the results, where all taps read all channels: pixel
/// (y, x) gives to result (rowStep · y + row, columnStep · x + column), for each of some rows and for columns that are
/// neighbours.
///
/// The places are numbered row by row. Where the results have few channels, vectors and tiles of them would be nearly
/// empty: it is faster to multiply each pixel with all taps of all channels of the results at once, in a matrix product
/// that reads the images where they lie, and to add up the products where they belong (what is called col2im: the adjoint
/// of gathering patches).
package struct TapGrid: Sendable {
    /// What a step from one pixel to the next adds in the results.
    package let rowStep: Int
    package let columnStep: Int
    /// What is added to the row of a result, in ascending order.
    package let rows: [Int]
    /// What is added to its column, at least; from there on, ``columnCount`` columns, a multiple of ``columnStep``.
    package let firstColumn: Int
    package let columnCount: Int
    /// Where the filters of each place begin; nil where there is no tap.
    package let filters: [Int?]

    /// The most channels of results, and the fewest of images, for which this is faster.
    private static let (mostResults, leastChannels) = (8, 12)
    /// The fewest products of a pixel: with fewer, vectors are nearly empty here too.
    private static let leastProducts = 9

    /// The grid of a convolution for which it is faster to multiply pixel by pixel; nil for others.
    package init?(spreading convolution: Kernel.Convolution) {
        guard convolution.resultChannels <= Self.mostResults, convolution.channels >= Self.leastChannels,
            let grid = TapGrid(convolution),
            grid.filters.count * convolution.resultChannels >= Self.leastProducts
        else { return nil }
        self = grid
    }

    /// The grid of `convolution`'s taps; nil where they are none.
    private init?(_ convolution: Kernel.Convolution) {
        guard let first = convolution.parts.first else { return nil }
        let (rowStep, columnStep) = (first.rows.step, first.columns.step)
        var places: [(row: Int, column: Int, filter: Int)] = []
        for part in convolution.parts {
            guard part.rows.covers(convolution.resultHeight, step: rowStep),
                part.columns.covers(convolution.resultWidth, step: columnStep),
                part.channels == 0..<convolution.resultChannels, part.tapChannels == convolution.channels
            else { return nil }
            for tap in part.taps {
                places.append(
                    (
                        part.rows.first - rowStep * tap.row, part.columns.first - columnStep * tap.column,
                        tap.filter
                    ))
            }
        }
        (self.rowStep, self.columnStep) = (rowStep, columnStep)
        rows = Set(places.map(\.row)).sorted()
        let columns = places.map(\.column)
        firstColumn = columns.min() ?? 0
        let count = (columns.max() ?? 0) - firstColumn + 1
        columnCount = (count + columnStep - 1) / columnStep * columnStep
        // Far more places than taps would only be worked on in vain.
        guard rows.count * columnCount <= 2 * places.count + columnStep else { return nil }
        var filters = [Int?](repeating: nil, count: rows.count * columnCount)
        for place in places {
            let number = rows.firstIndex(of: place.row)! * columnCount + place.column - firstColumn
            if filters[number] != nil { return nil }
            filters[number] = place.filter
        }
        self.filters = filters
    }
}

extension ConvolutionPart.Positions {
    /// Whether these are all places of one phase of `step` below `extent`, and each reads its own pixel.
    fileprivate func covers(_ extent: Int, step: Int) -> Bool {
        self.step == step && stride == 1 && first < step && count == (extent - first + step - 1) / step
    }
}
