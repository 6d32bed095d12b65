import GannetCompiler

/// A square of an image's results.
struct WinogradTile: BitwiseCopyable {
    /// The image.
    var image: Int
    /// The row of tiles in the image.
    var row: Int
    /// The place in this row.
    var column: Int
}

extension WinogradShape {
    /// The tile with this number.
    @inline(__always)
    func tile(_ number: Int) -> WinogradTile {
        let row = number / tileColumns
        let image = row / tileRows
        return WinogradTile(image: image, row: row - image * tileRows, column: number - row * tileColumns)
    }
}
