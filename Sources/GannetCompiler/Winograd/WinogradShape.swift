/// A convolution with filters of 3 × 3 neighbouring taps and stride 1, or what has its form.
package struct WinogradShape: Sendable {
    package let batch: Int
    package let height: Int
    package let width: Int
    package let channels: Int
    package let resultHeight: Int
    package let resultWidth: Int
    package let resultChannels: Int
    /// What the first tap adds to a result's row and column.
    package let firstRow: Int
    package let firstColumn: Int
    /// Where each tap's filter begins, row by row.
    package let taps: [Int]

    /// The tiles of an image's results.
    package let tileRows: Int
    package let tileColumns: Int
    /// The tiles of all images.
    package var tileCount: Int { batch * tileRows * tileColumns }

    /// The shape of a convolution, nil where it has no such filters.
    package init?(_ convolution: Kernel.Convolution) {
        self.init(
            convolution.parts, batch: convolution.batch, height: convolution.height, width: convolution.width,
            channels: convolution.channels, resultHeight: convolution.resultHeight,
            resultWidth: convolution.resultWidth, resultChannels: convolution.resultChannels)
    }

    /// The shape of the convolution whose gradient this is, nil where it has no such filters.
    package init?(_ gradient: Kernel.FilterGradient) {
        self.init(
            gradient.parts, batch: gradient.batch, height: gradient.height, width: gradient.width,
            channels: gradient.channels, resultHeight: gradient.resultHeight,
            resultWidth: gradient.resultWidth, resultChannels: gradient.resultChannels)
    }

    private init?(
        _ parts: [ConvolutionPart], batch: Int, height: Int, width: Int, channels: Int, resultHeight: Int,
        resultWidth: Int, resultChannels: Int
    ) {
        func areAll(_ positions: ConvolutionPart.Positions, of count: Int) -> Bool {
            positions.first == 0 && positions.step == 1 && positions.stride == 1 && positions.count == count
        }
        let size = WinogradTransform.tapCount
        guard let part = parts.first, parts.count == 1, part.taps.count == size * size, channels > 0,
            part.tapChannels == channels, part.channels == 0..<resultChannels,
            areAll(part.rows, of: resultHeight), areAll(part.columns, of: resultWidth)
        else { return nil }
        // The gradient toward the images has its taps the other way round.
        let taps = part.taps.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
        let first = taps[0]
        for (number, tap) in taps.enumerated() {
            if tap.row != first.row + number / size || tap.column != first.column + number % size
                || tap.channel != 0
            {
                return nil
            }
        }
        (self.batch, self.height, self.width, self.channels) = (batch, height, width, channels)
        (self.resultHeight, self.resultWidth) = (resultHeight, resultWidth)
        self.resultChannels = resultChannels
        (firstRow, firstColumn, self.taps) = (first.row, first.column, taps.map(\.filter))
        let tile = WinogradTransform.resultCount
        tileRows = (resultHeight + tile - 1) / tile
        tileColumns = (resultWidth + tile - 1) / tile
    }
}
