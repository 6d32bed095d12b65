import GannetGraph

/// Pixel by pixel: the rows of taps above the place are a convolution of the rows above, made for a whole row; the taps to
/// the left and at the place are a matrix product each.
extension MaskedConv2D: CausalLayer {
    /// The rows of taps above the place, and the taps left of it.
    private var rows: Int { weight.shape[0] / 2 }
    private var columns: Int { weight.shape[1] / 2 }

    public var keptMaps: [KeptMap] {
        rows + columns == 0 ? [] : [KeptMap(channels: weight.shape[2], rows: rows, columns: columns)]
    }

    public func startRow(_ row: inout RowReading) {
        if rows == 0 { return }
        let width = ConvolutionGeometry.Axis(padLow: columns, padHigh: columns)
        row.provide(
            biased(row.rowsAbove().rowConvolved(with: weight.value.slice(0..<rows, axis: 0), width)))
    }

    public func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor {
        var sums: [Tensor] = []
        if rows + columns > 0 {
            if columns > 0 {
                let count = columns * x.shape[1]
                let taps = middleRow.slice(0..<columns, axis: 0).reshape([count, weight.shape[3]])
                sums.append(reading.left().reshape([x.shape[0], count]).matmul(taps))
            }
            // Where not all of the place is seen, not all of it may be known.
            reading.remember(x, awaitsPixel: !seesAllOfItsPlace)
        }
        if seesItsPlace { sums.append(x.matmul(masked(middleRow.element(columns, axis: 0)))) }
        let start =
            rows > 0 ? reading.context() : biased(.zeros([x.shape[0], weight.shape[3]]))
        return sums.reduce(start, +)
    }

    /// The taps of the place's own row, [width, inputs, outputs].
    private var middleRow: Tensor { weight.value.element(rows, axis: 0) }

    private func biased(_ sums: Tensor) -> Tensor { bias.map { sums + $0.value } ?? sums }

    /// For each group of inputs and of outputs whether they are connected at the place.
    private var connections: [[Bool]] {
        guard let mask else { return [[true]] }
        return (0..<mask.inputGroups).map { input in
            (0..<mask.outputGroups).map {
                mask.keeps(row: rows, column: columns, inputGroup: input, outputGroup: $0)
            }
        }
    }

    private var seesAllOfItsPlace: Bool { !connections.joined().contains(false) }
    private var seesItsPlace: Bool { connections.joined().contains(true) }

    /// The tap of the place, [inputs, outputs], with zeros where it is masked.
    private func masked(_ tap: Tensor) -> Tensor {
        let connections = connections
        if !connections.joined().contains(false) { return tap }
        let (inputs, outputs) = (tap.shape[0], tap.shape[1])
        let keeps = (0..<inputs * outputs).map { place in
            connections[place / outputs / (inputs / connections.count)][
                place % outputs / (outputs / connections[0].count)]
        }
        return select(Tensor(keeps, shape: tap.shape), tap, 0)
    }
}
