import GannetGraph

/// One direction of the Diagonal BiLSTM: van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel Recurrent Neural Networks"
/// (arXiv:1601.06759), section 3.2, from the upper left corner to the lower right one.
///
/// - `x` is [batch, height, width, inputs], the outputs h are [batch, height, width, units].
///
/// The state of a pixel comes of those of the pixel above and of the one to the left, and its memory of the left one. All
/// pixels of a diagonal are computed at once. See ``MaskedLSTMGates`` for the equations.
public struct DiagonalLSTM: LocatedLayer {
    /// K_is, from a pixel to its gates.
    public let inputToState: MaskedConv2D
    /// K_ss, [2, units, 4 · units]: from the state of the pixel above, and from that of the left one.
    public let stateToState: Parameter
    private let colors: Int

    /// The number of features that come out.
    public var units: Int { stateToState.shape[1] }

    /// Creates a layer whose initial values are drawn from `random`, uniformly in ±1/√(fan in).
    public init(inputs: Int, units: Int, colors: Int = 1, random: inout RandomStream) {
        self.colors = colors
        inputToState = MaskedConv2D(
            inputs: inputs, outputs: 4 * units, kernel: 1, type: .b, colors: colors, random: &random)
        let bound = 1 / Float(2 * units).squareRoot()
        stateToState = Parameter(.uniform(-bound...bound, shape: [2, units, 4 * units], random: &random))
    }

    /// The outputs of all pixels.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        let (batch, height) = (x.shape[0], x.shape[1])
        let diagonals = inputToState(x, file: file, line: line).skewed().permute(2, 0, 1, 3)
        let start = Tensor.zeros([batch, height, units])
        let columns = Tensor.loop(
            count: diagonals.shape[0], carrying: [start, start], over: [diagonals], file: file, line: line
        ) { column in
            let left = column.state[0]
            let above = left.slice(0..<height - 1, axis: 1).padded(low: [0, 1, 0], high: [0, 0, 0])
            let sums = column.scanned[0] + fromState(.concatenate([above, left], axis: 2), of: 0..<2)
            let next = MaskedLSTMGates.next(sums, cell: column.state[1], colors: colors)
            return ([next.hidden, next.cell], [next.hidden])
        }.outputs[0]
        return traced(x, columns.permute(1, 2, 0, 3).unskewed())
    }

    /// What states […, taps · units] give to the gates, […, 4 · units], through some of K_ss.
    private func fromState(_ states: Tensor, of taps: Range<Int>) -> Tensor {
        let weight = stateToState.value.slice(taps, axis: 0).reshape([taps.count * units, 4 * units])
        let rows = states.count / (taps.count * units)
        return states.reshape([rows, taps.count * units]).matmul(weight)
            .reshape(Shape(states.shape.extents.dropLast() + [4 * units]))
    }
}

extension DiagonalLSTM: CausalLayer {
    public var keptMaps: [KeptMap] {
        [KeptMap(channels: units, rows: 1, columns: 1), KeptMap(channels: units, columns: 1)]
    }

    public func startRow(_ row: inout RowReading) {
        row.provide(fromState(row.rowsAbove().squeezed(axes: [0]), of: 0..<1))
    }

    public func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor {
        let above = inputToState.pixel(x, in: &reading) + reading.context()
        // The states are remembered once they are known, and looked back at before.
        let (hidden, cell) = (reading.left(), reading.left())
        let sums = above + fromState(hidden.squeezed(axes: [1]), of: 1..<2)
        let next = MaskedLSTMGates.next(sums, cell: cell.squeezed(axes: [1]), colors: colors)
        reading.remember(next.hidden)
        reading.remember(next.cell)
        return next.hidden
    }

    /// The outputs of a single row, computed from right to left, as the mirrored direction does, from the outputs of the row
    /// above: `x` is [width, batch, inputs], `above` and the result are [width, batch, units].
    func mirroredRow(_ x: Tensor, above: Tensor) -> Tensor {
        let (width, batch) = (x.shape[0], x.shape[1])
        let gates = inputToState(x.insertingAxis(at: 0)).squeezed(axes: [0]) + fromState(above, of: 0..<1)
        let start = Tensor.zeros([batch, units])
        return Tensor.loop(count: width, carrying: [start, start], over: [gates], reversed: true) { pixel in
            let sums = pixel.scanned[0] + fromState(pixel.state[0], of: 1..<2)
            let next = MaskedLSTMGates.next(sums, cell: pixel.state[1], colors: colors)
            return ([next.hidden, next.cell], [next.hidden])
        }.outputs[0]
    }
}

/// The Diagonal BiLSTM: van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel Recurrent Neural Networks" (arXiv:1601.06759),
/// section 3.2.
///
/// - `x` is [batch, height, width, inputs], the outputs are [batch, height, width, units].
///
/// The sum of what both directions make of `x`, that from the upper right corner shifted down by one row, so that it sees
/// nothing of the row that is being drawn: each pixel sees all before it.
public struct DiagonalBiLSTM: LocatedLayer {
    /// From the upper left corner.
    public let left: DiagonalLSTM
    /// From the upper right corner.
    public let right: DiagonalLSTM

    /// Creates a layer whose initial values are drawn from `random`.
    public init(inputs: Int, units: Int, colors: Int = 1, random: inout RandomStream) {
        left = DiagonalLSTM(inputs: inputs, units: units, colors: colors, random: &random)
        right = DiagonalLSTM(inputs: inputs, units: units, colors: colors, random: &random)
    }

    /// The outputs of all pixels.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        let mirrored = right(x.flipped(axes: [2]), file: file, line: line).flipped(axes: [2])
        let shifted = mirrored.slice(0..<x.shape[1] - 1, axis: 1).padded(
            low: [0, 1, 0, 0], high: [0, 0, 0, 0])
        return traced(x, left(x, file: file, line: line) + shifted)
    }
}

extension DiagonalBiLSTM: CausalLayer {
    private var inputs: Int { right.inputToState.weight.shape[2] }

    public var keptMaps: [KeptMap] {
        left.keptMaps + [KeptMap(channels: inputs, rows: 1), KeptMap(channels: right.units, wholeRows: 1)]
    }

    public func startRow(_ row: inout RowReading) {
        left.startRow(&row)
        let (x, hidden) = (row.rowsAbove().squeezed(axes: [0]), row.rowsAbove().squeezed(axes: [0]))
        // There is nothing above the first row, not even a bias.
        let above = select(row.index .> 0, right.mirroredRow(x, above: hidden), 0)
        row.remember(above)
        row.provide(above)
    }

    public func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor {
        let output = left.pixel(x, in: &reading) + reading.context()
        reading.remember(x)
        return output
    }
}
