import GannetCompiler

/// When a convolution is made by Winograd's minimal filtering.
package enum WinogradUse: Sendable {
    /// Where it is expected to take less time; that follows from the shape alone.
    case whereFaster
    /// Wherever it is possible.
    case wherePossible
    /// Never.
    case never
}

/// A convolution with filters of 3 × 3 neighbouring taps and stride 1, or what has its form.
struct WinogradShape: Sendable {
    let batch: Int
    let height: Int
    let width: Int
    let channels: Int
    let resultHeight: Int
    let resultWidth: Int
    let resultChannels: Int
    /// What the first tap adds to a result's row and column.
    let firstRow: Int
    let firstColumn: Int
    /// Where each tap's filter begins, row by row.
    let taps: [Int]

    /// The tiles of an image's results.
    let tileRows: Int
    let tileColumns: Int
    /// The tiles of all images.
    var tileCount: Int { batch * tileRows * tileColumns }

    /// The shape of a convolution, nil where it has no such filters.
    init?(_ convolution: Kernel.Convolution) {
        self.init(
            convolution.parts, batch: convolution.batch, height: convolution.height, width: convolution.width,
            channels: convolution.channels, resultHeight: convolution.resultHeight,
            resultWidth: convolution.resultWidth, resultChannels: convolution.resultChannels)
    }

    /// The shape of the convolution whose gradient this is, nil where it has no such filters.
    init?(_ gradient: Kernel.FilterGradient) {
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

    /// A tier's inner kernel, used for shorter sums: long ones would add as much to the errors as the maps do.
    static func tile(_ tile: MatrixTile) -> MatrixTile {
        var result = tile
        result.depth = min(tile.depth, longestSum)
        return result
    }

    /// The most products that are added one by one.
    private static let longestSum = 64

    /// The tile with this number.
    @inline(__always)
    func tile(_ number: Int) -> WinogradTile {
        let row = number / tileColumns
        let image = row / tileRows
        return WinogradTile(image: image, row: row - image * tileRows, column: number - row * tileColumns)
    }
}

/// A square of an image's results.
struct WinogradTile: BitwiseCopyable {
    /// The image.
    var image: Int
    /// The row of tiles in the image.
    var row: Int
    /// The place in this row.
    var column: Int
}

/// An image in memory, or a piece of one, of which squares are read or written.
struct WinogradPlane {
    /// Where it begins.
    var base: Int
    var height: Int
    var width: Int
    /// The bytes from row to row and from pixel to pixel.
    var rowStride: Int
    var pixelStride: Int

    /// Sets the addresses of a square of `size` × `size` pixels, some of which may lie outside: these are at `outside`.
    @inline(__always)
    func locate(row: Int, column: Int, size: Int, outside: Int, into table: UnsafeMutablePointer<Int>) {
        if row >= 0, column >= 0, row + size <= height, column + size <= width {
            var line = base + row * rowStride + column * pixelStride
            for y in 0..<size {
                for x in 0..<size { table[y * size + x] = line + x * pixelStride }
                line += rowStride
            }
            return
        }
        for y in 0..<size {
            let isRow = row + y >= 0 && row + y < height
            let line = base + (row + y) * rowStride
            for x in 0..<size {
                let isInside = isRow && column + x >= 0 && column + x < width
                table[y * size + x] = isInside ? line + (column + x) * pixelStride : outside
            }
        }
    }
}
