/// Draws strokes into a small grey picture, white on black, with smooth edges.
///
/// Only + − × ÷ and square roots are used, which are exact to the last bit on every machine: so are the pictures.
struct GlyphRenderer {
    /// The width and height of a picture.
    static let side = 28

    /// The squared distance from each pixel's centre to the nearest stroke.
    private var nearest = [Float](repeating: 0, count: side * side)

    /// Draws a letter over the whole of `picture`, `side`² bytes.
    mutating func draw(
        _ outline: GlyphOutline, _ variation: GlyphVariation, into picture: UnsafeMutableBufferPointer<UInt8>
    ) {
        let reach = variation.penRadius + 0.5
        nearest.withUnsafeMutableBufferPointer { nearest in
            nearest.update(repeating: reach * reach)
            for stroke in outline.strokes {
                var start = variation.place(stroke[0], center: Float(Self.side) / 2)
                for point in stroke.dropFirst() {
                    let end = variation.place(point, center: Float(Self.side) / 2)
                    Self.approach(nearest, from: start, to: end, reach: reach)
                    start = end
                }
            }
            for i in 0..<picture.count {
                // A pixel half a pixel inside the edge is white, one half a pixel outside it is black.
                let coverage = min(max(reach - nearest[i].squareRoot(), 0), 1)
                picture[i] = UInt8(coverage * 255 + 0.5)
            }
        }
    }

    /// Lowers the squared distances of the pixels within `reach` of a line.
    private static func approach(
        _ nearest: UnsafeMutableBufferPointer<Float>, from start: SIMD2<Float>, to end: SIMD2<Float>,
        reach: Float
    ) {
        let direction = end - start
        let squaredLength = max((direction * direction).sum(), 1e-6)
        let low = pointwiseMin(start, end) - reach
        let high = pointwiseMax(start, end) + reach
        let columns = pixels(from: low.x, to: high.x)
        for row in pixels(from: low.y, to: high.y) {
            for column in columns {
                let offset = SIMD2(Float(column) + 0.5, Float(row) + 0.5) - start
                let along = min(max((offset * direction).sum() / squaredLength, 0), 1)
                let gap = offset - direction * along
                let index = row * side + column
                nearest[index] = min(nearest[index], (gap * gap).sum())
            }
        }
    }

    /// The rows or columns whose pixels' centres lie between two coordinates, within the picture.
    private static func pixels(from low: Float, to high: Float) -> Range<Int> {
        let first = min(max(low, 0), Float(side))
        let last = min(max(high, first), Float(side))
        return Int(first)..<min(Int(last) + 1, side)
    }
}
