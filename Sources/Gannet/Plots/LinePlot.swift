/// A picture of curves over one axis, as SVG: several series with a legend, on a linear or a logarithmic scale.
///
/// ```swift
/// var plot = LinePlot(xTitle: "step", yTitle: "loss")
/// plot.usesLogarithm = true
/// plot.series.append(.init("training", losses.enumerated().map { .init(Double($0), $1) }))
/// try plot.write(to: "loss.svg")
/// ```
///
/// Values that are not finite break a curve, and so do those that a logarithmic scale does not have.
public struct LinePlot: Sendable {
    /// A point of a curve.
    public struct Point: Sendable, Hashable {
        /// Where the point lies on the horizontal axis.
        public var x: Double
        /// Its value.
        public var y: Double
        /// The least and the greatest value there, which are drawn as a band around the curve.
        public var range: ClosedRange<Double>?

        /// Creates a point.
        public init(_ x: Double, _ y: Double, range: ClosedRange<Double>? = nil) {
            self.x = x
            self.y = y
            self.range = range
        }
    }

    /// A curve.
    public struct Series: Sendable, Hashable {
        /// What the legend calls it.
        public var name: String
        /// The points, by growing `x`.
        public var points: [Point]
        /// Whether the points are drawn as dots, rather than joined by a line.
        public var isDotted: Bool

        /// Creates a curve.
        public init(_ name: String, _ points: [Point], isDotted: Bool = false) {
            self.name = name
            self.points = points
            self.isDotted = isDotted
        }
    }

    /// The curves, in the order of the legend.
    public var series: [Series]
    /// What the horizontal axis shows.
    public var xTitle: String
    /// What the vertical axis shows.
    public var yTitle: String
    /// Whether equal steps up the vertical axis are equal factors.
    public var usesLogarithm = false
    /// Whether only whole numbers are marked on the horizontal axis.
    public var countsX = false
    /// The values that the vertical axis shows; by default all that there are. What lies outside is cut off.
    public var range: ClosedRange<Double>?
    /// Whether the vertical axis ends where these values do, without a margin.
    public var isRangeExact = false
    /// The numbers that the horizontal axis shows; by default all that there are.
    public var domain: ClosedRange<Double>?

    /// Creates a plot.
    public init(_ series: [Series] = [], xTitle: String = "", yTitle: String = "") {
        self.series = series
        self.xTitle = xTitle
        self.yTitle = yTitle
    }

    /// Writes the picture; the file replaces the one at `path` as a whole or not at all.
    public func write(to path: String) throws(FileError) { try FileAccess.write(svg, to: path) }

    private static let width = 760.0
    private static let height = 440.0
    private static let left = 72.0
    private static let right = 24.0
    private static let bottom = 56.0

    private static let colors: [(band: String, line: String)] = [
        ("#5e81ac", "#41689b"), ("#a3be8c", "#6c8c4f"), ("#b48ead", "#8b5f84"), ("#d08770", "#b8654a"),
        ("#88c0d0", "#4a93a8"), ("#ebcb8b", "#b3913f"), ("#bf616a", "#a34750"), ("#8f9ba8", "#5f6b78"),
    ]

    /// The file's text.
    public var svg: String {
        let drawn = series.map { series in series.points.filter { $0.x.isFinite && isDrawn($0.y) } }
        let xAxis = PlotAxis(
            domain ?? Self.span(drawn.joined().map(\.x)), from: Self.left, to: Self.width - Self.right,
            isExact: true)
        let legend = legend
        let top = 24 + 24 * Double(legend.rows)
        let yAxis = PlotAxis(
            range
                ?? Self.span(
                    drawn.joined().flatMap {
                        [$0.range?.lowerBound ?? $0.y, $0.y, $0.range?.upperBound ?? $0.y]
                    }
                    .filter(isDrawn)),
            from: Self.height - Self.bottom, to: top, usesLogarithm: usesLogarithm, isExact: isRangeExact)
        var lines = frame(xAxis, yAxis, top: top)
        lines.append("<g clip-path=\"url(#plot)\">")
        for (number, curve) in series.enumerated() where !curve.isDotted {
            lines += line(curve.points, xAxis, yAxis, Self.colors[number % Self.colors.count])
        }
        lines.append("</g>")
        for (number, points) in drawn.enumerated() where series[number].isDotted {
            let color = Self.colors[number % Self.colors.count].line
            for point in points where yAxis.contains(point.y) && xAxis.contains(point.x) {
                lines.append(
                    "<circle cx=\"\(PlotAxis.text(xAxis.place(point.x)))\" cy=\"\(PlotAxis.text(yAxis.place(point.y)))\" "
                        + "r=\"4\" fill=\"\(color)\" stroke=\"#ffffff\"/>")
            }
        }
        lines += legend.lines
        lines.append(
            "<text x=\"\(PlotAxis.text((Self.left + Self.width - Self.right) / 2))\" "
                + "y=\"\(PlotAxis.text(Self.height - 14))\" text-anchor=\"middle\">\(Self.escaped(xTitle))</text>"
        )
        lines.append(
            "<text transform=\"translate(18 \(PlotAxis.text((top + Self.height - Self.bottom) / 2))) rotate(-90)\" "
                + "text-anchor=\"middle\">\(Self.escaped(yTitle))</text>")
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    private func isDrawn(_ value: Double) -> Bool { value.isFinite && (!usesLogarithm || value > 0) }

    private static func span(_ values: [Double]) -> ClosedRange<Double> {
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        return low...high
    }

    /// The background, the axes and their marks.
    private func frame(_ xAxis: PlotAxis, _ yAxis: PlotAxis, top: Double) -> [String] {
        let (floor, rightEdge) = (
            PlotAxis.text(Self.height - Self.bottom), PlotAxis.text(Self.width - Self.right)
        )
        let left = PlotAxis.text(Self.left)
        var lines = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" \
            viewBox="0 0 \(PlotAxis.text(Self.width)) \(PlotAxis.text(Self.height))" \
            font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="13" fill="#3b4252">
            """,
            "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
            """
            <clipPath id="plot"><rect x="\(left)" y="\(PlotAxis.text(top))" \
            width="\(PlotAxis.text(Self.width - Self.left - Self.right))" \
            height="\(PlotAxis.text(Self.height - Self.bottom - top))"/></clipPath>
            """,
        ]
        for tick in yAxis.ticks {
            let level = PlotAxis.text(yAxis.place(tick))
            lines.append(
                "<path d=\"M\(left),\(level)H\(rightEdge)\" stroke=\"#e5e9f0\"/>"
                    + "<text x=\"\(PlotAxis.text(Self.left - 10))\" y=\"\(level)\" dy=\"0.35em\" text-anchor=\"end\">"
                    + "\(PlotAxis.label(tick))</text>")
        }
        for tick in xAxis.ticks where !countsX || tick == tick.rounded() {
            let place = PlotAxis.text(xAxis.place(tick))
            lines.append(
                "<path d=\"M\(place),\(floor)v5\" stroke=\"#4c566a\"/>"
                    + "<text x=\"\(place)\" y=\"\(PlotAxis.text(Self.height - Self.bottom + 20))\" "
                    + "text-anchor=\"middle\">\(PlotAxis.label(tick))</text>")
        }
        lines.append("<path d=\"M\(left),\(floor)H\(rightEdge)\" stroke=\"#4c566a\"/>")
        return lines
    }

    /// A curve and its band, in as many pieces as its gaps leave.
    private func line(
        _ points: [Point], _ xAxis: PlotAxis, _ yAxis: PlotAxis, _ color: (band: String, line: String)
    ) -> [String] {
        func place(_ x: Double, _ y: Double) -> String {
            PlotAxis.text(xAxis.place(x)) + "," + PlotAxis.text(yAxis.place(y))
        }
        var lines: [String] = []
        for piece in points.split(whereSeparator: { !$0.x.isFinite || !isDrawn($0.y) }) {
            let banded = piece.filter {
                $0.range.map { isDrawn($0.lowerBound) && isDrawn($0.upperBound) } ?? false
            }
            if !banded.isEmpty {
                let band =
                    banded.map { place($0.x, $0.range!.upperBound) }
                    + banded.reversed().map { place($0.x, $0.range!.lowerBound) }
                lines.append(
                    "<polygon points=\"\(band.joined(separator: " "))\" fill=\"\(color.band)\" fill-opacity=\"0.22\"/>"
                )
            }
            // A point alone is a line of no length, which round caps make a dot.
            let ends = piece.count == 1 ? [piece[piece.startIndex], piece[piece.startIndex]] : Array(piece)
            lines.append(
                "<polyline points=\"\(ends.map { place($0.x, $0.y) }.joined(separator: " "))\" fill=\"none\" "
                    + "stroke=\"\(color.line)\" stroke-width=\"1.8\" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>"
            )
        }
        return lines
    }

    /// A mark and a name for each curve, in as many rows as they need.
    private var legend: (lines: [String], rows: Int) {
        var lines: [String] = []
        var (start, row) = (Self.left, 0)
        for (number, curve) in series.enumerated() where !curve.name.isEmpty {
            // Letters are some seven pixels wide.
            let width = 54 + 7 * Double(curve.name.count)
            if start > Self.left, start + width > Self.width {
                start = Self.left
                row += 1
            }
            let color = Self.colors[number % Self.colors.count].line
            let level = PlotAxis.text(24 + 24 * Double(row))
            lines.append(
                curve.isDotted
                    ? "<circle cx=\"\(PlotAxis.text(start + 11))\" cy=\"\(level)\" r=\"4\" fill=\"\(color)\"/>"
                    : "<path d=\"M\(PlotAxis.text(start)),\(level)h22\" stroke=\"\(color)\" stroke-width=\"2\"/>"
            )
            lines.append(
                "<text x=\"\(PlotAxis.text(start + 30))\" y=\"\(level)\" dy=\"0.35em\">\(Self.escaped(curve.name))</text>"
            )
            start += width
        }
        return (lines, lines.isEmpty ? 0 : row + 1)
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
    }
}
