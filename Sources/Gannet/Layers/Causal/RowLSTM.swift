import GannetGraph

/// The Row LSTM: van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel Recurrent Neural Networks" (arXiv:1601.06759),
/// section 3.1.
///
/// - `x` is [batch, height, width, inputs], the outputs h are [batch, height, width, units].
///
/// The state of a row comes of that of the row above, by a convolution of three taps along the row, and of the row itself, by
/// a masked one of type B, which is made for the whole picture at once. A pixel so depends on the triangle above it. See
/// ``MaskedLSTMGates`` for the equations.
public struct RowLSTM: LocatedLayer {
    /// K_is, from the pixels of the row to its gates.
    public let inputToState: MaskedConv2D
    /// K_ss, from the state of the row above to the gates.
    public let stateToState: Conv2D
    private let colors: Int

    /// The number of features that come out.
    public var units: Int { stateToState.inputs }

    /// Creates a layer whose initial values are drawn from `random`.
    ///
    /// - Parameters:
    ///   - inputs: The number of features that go in.
    ///   - units: The number of features that come out, and of memory cells.
    ///   - kernel: The taps along a row, an odd number.
    ///   - colors: The number of colours that come one after another at each place.
    ///   - random: Where the initial values come from.
    public init(inputs: Int, units: Int, kernel: Int = 3, colors: Int = 1, random: inout RandomStream) {
        self.colors = colors
        inputToState = MaskedConv2D(
            inputs: inputs, outputs: 4 * units, window: (1, kernel), type: .b, colors: colors, random: &random
        )
        // The row above is known with all its colours: nothing is masked.
        let width = ConvolutionGeometry.Axis(padLow: kernel / 2, padHigh: kernel / 2)
        stateToState = Conv2D(
            inputs: units, outputs: 4 * units, window: (1, kernel), ConvolutionGeometry(width: width),
            bias: false,
            random: &random)
    }

    /// The outputs of all rows.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        let projected = inputToState(x, file: file, line: line).permute(1, 0, 2, 3)
        let start = Tensor.zeros([x.shape[0], x.shape[2], units])
        let rows = Tensor.loop(
            count: x.shape[1], carrying: [start, start], over: [projected], file: file, line: line
        ) { row in
            let sums = row.scanned[0] + fromAbove(row.state[0])
            let next = MaskedLSTMGates.next(sums, cell: row.state[1], colors: colors)
            return ([next.hidden, next.cell], [next.hidden])
        }.outputs[0]
        return traced(x, rows.permute(1, 0, 2, 3))
    }

    /// What the row above, [batch, width, units], gives to the gates of a row, [batch, width, 4 · units].
    private func fromAbove(_ hidden: Tensor) -> Tensor {
        stateToState(hidden.insertingAxis(at: 1)).squeezed(axes: [1])
    }
}

extension RowLSTM: CausalLayer {
    public var keptMaps: [KeptMap] {
        inputToState.keptMaps + [KeptMap(channels: units, rows: 1), KeptMap(channels: units, rows: 1)]
    }

    public func startRow(_ row: inout RowReading) {
        inputToState.startRow(&row)
        let hidden = row.rowsAbove().squeezed(axes: [0])
        let cell = row.rowsAbove().squeezed(axes: [0])
        row.provide(fromAbove(hidden.permute(1, 0, 2)).permute(1, 0, 2))
        row.provide(cell)
    }

    public func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor {
        let sums = inputToState.pixel(x, in: &reading) + reading.context()
        let next = MaskedLSTMGates.next(sums, cell: reading.context(), colors: colors)
        reading.remember(next.hidden)
        reading.remember(next.cell)
        return next.hidden
    }
}
