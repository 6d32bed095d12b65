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
