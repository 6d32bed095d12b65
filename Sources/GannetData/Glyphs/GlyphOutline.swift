/// A letter as the strokes of a pen.
///
/// Points lie in −0.8…0.8 × −1…1, with *y* downward as in a picture.
struct GlyphOutline: Sendable {
    /// The letter.
    let name: String
    /// The strokes as chains of points, fine enough to look smooth when the letter is bent.
    let strokes: [[SIMD2<Float>]]

    private init(_ name: String, _ strokes: [[SIMD2<Float>]]) {
        self.name = name
        self.strokes = strokes
    }

    /// Ten letters that no two of are easily taken for each other, in the order of their classes.
    static let all: [GlyphOutline] = [
        GlyphOutline(
            "A",
            [
                line([-0.7, 1], [0, -1], [0.7, 1]),
                line([-0.46, 0.3], [0.46, 0.3]),
            ]),
        GlyphOutline(
            "B",
            [
                line([-0.55, -1], [-0.55, 1]),
                curve([-0.55, -1], [0.75, -1.1], [0.65, -0.02], [-0.5, -0.08]),
                curve([-0.5, -0.08], [0.95, -0.1], [0.95, 1.08], [-0.55, 1]),
            ]),
        GlyphOutline(
            "E",
            [
                line([0.62, -1], [-0.55, -1], [-0.55, 1], [0.65, 1]),
                line([-0.55, -0.05], [0.4, -0.05]),
            ]),
        GlyphOutline(
            "G",
            [
                curve(
                    [0.64, -0.6], [0.35, -1.2], [-0.78, -1.25], [-0.78, 0], [-0.78, 1.25], [0.68, 1.25],
                    [0.68, 0.2]),
                line([0.68, 0.2], [0.08, 0.2]),
            ]),
        GlyphOutline(
            "K",
            [
                line([-0.55, -1], [-0.55, 1]),
                line([0.6, -1], [-0.52, 0.2]),
                line([-0.14, -0.2], [0.66, 1]),
            ]),
        GlyphOutline("N", [line([-0.62, 1], [-0.62, -1], [0.62, 1], [0.62, -1])]),
        GlyphOutline(
            "O",
            [
                curve(
                    [0, -1], [0.43, -1], [0.78, -0.55], [0.78, 0], [0.78, 0.55], [0.43, 1], [0, 1],
                    [-0.43, 1],
                    [-0.78, 0.55], [-0.78, 0], [-0.78, -0.55], [-0.43, -1], [0, -1])
            ]),
        GlyphOutline(
            "S",
            [
                curve(
                    [0.6, -0.66], [0.4, -1.15], [-0.62, -1.18], [-0.62, -0.5], [-0.62, 0.12], [0.66, -0.12],
                    [0.66, 0.5], [0.66, 1.18], [-0.42, 1.15], [-0.64, 0.62])
            ]),
        GlyphOutline("T", [line([-0.72, -1], [0.72, -1]), line([0, -1], [0, 1])]),
        GlyphOutline("X", [line([-0.65, -1], [0.65, 1]), line([0.65, -1], [-0.65, 1])]),
    ]

    /// Straight lines from point to point.
    private static func line(_ points: SIMD2<Float>...) -> [SIMD2<Float>] {
        let pieces = 5
        var chain = [points[0]]
        for (start, end) in zip(points, points.dropFirst()) {
            for piece in 1...pieces {
                chain.append(start + (end - start) * (Float(piece) / Float(pieces)))
            }
        }
        return chain
    }

    /// Cubic Bézier curves, each of which takes two control points and its end from the list.
    private static func curve(_ points: SIMD2<Float>...) -> [SIMD2<Float>] {
        let pieces = 9
        var chain = [points[0]]
        for first in stride(from: 0, to: points.count - 1, by: 3) {
            for piece in 1...pieces {
                let t = Float(piece) / Float(pieces)
                let u = 1 - t
                let ends = points[first] * (u * u * u) + points[first + 3] * (t * t * t)
                let controls = points[first + 1] * (3 * u * u * t) + points[first + 2] * (3 * u * t * t)
                chain.append(ends + controls)
            }
        }
        return chain
    }
}
