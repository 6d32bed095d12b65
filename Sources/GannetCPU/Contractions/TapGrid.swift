import GannetCompiler

/// The taps of a convolution as what each pixel of the images gives to the results, where all taps read all channels: pixel
/// (y, x) gives to result (rowStep · y + row, columnStep · x + column), for each of some rows and for columns that are
/// neighbours.
///
/// The places are numbered row by row.
struct TapGrid: Sendable {
    /// What a step from one pixel to the next adds in the results.
    let rowStep: Int
    let columnStep: Int
    /// What is added to the row of a result, in ascending order.
    let rows: [Int]
    /// What is added to its column, at least; from there on, ``columnCount`` columns, a multiple of ``columnStep``.
    let firstColumn: Int
    let columnCount: Int
    /// Where the filters of each place begin; nil where there is no tap.
    let filters: [Int?]
    /// The number of taps.
    var tapCount: Int { filters.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }

    /// The grid of `convolution`'s taps; nil where they are none.
    init?(_ convolution: Kernel.Convolution) {
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
