/// A picture of the losses of a training run, as SVG.
///
/// Losses are gathered in bins of neighbouring steps: a band from the least to the greatest, and a line through the
/// means; where a step has several losses, a band and a line each. Evaluations are dots. The first losses are often many times the last; the vertical axis ends where it
/// shows 95 of 100 bins, and the curve enters from above.
package struct LossCurve {
    private var series: [(name: String, values: [(step: Int, value: Double)])]
    private var evaluations: [(step: Int, value: Double)]

    private let width = 760.0
    private let height = 440.0
    private let left = 72.0
    private let right = 24.0
    private let top = 48.0
    private let bottom = 56.0
    private let binLimit = 320

    /// The colours of band and line of each series.
    private let colours: [(band: String, line: String)] = [
        ("#5e81ac", "#41689b"), ("#a3be8c", "#6c8c4f"), ("#b48ead", "#8b5f84"),
    ]
    /// What the vertical axis shows.
    private let quantity: String

    package init(losses: [(step: Int, value: Double)], evaluations: [(step: Int, value: Double)]) {
        self.init(series: [("loss", losses)], evaluations: evaluations)
    }

    package init(
        series: [(name: String, values: [(step: Int, value: Double)])],
        evaluations: [(step: Int, value: Double)], quantity: String = "loss, nats per example"
    ) {
        self.quantity = quantity
        self.series = series.map { ($0.name, $0.values.filter(\.value.isFinite)) }
        self.evaluations = evaluations.filter(\.value.isFinite)
    }

    private struct Bin {
        var step: Double
        var low: Double
        var mean: Double
        var high: Double
    }

    private func binned(_ losses: [(step: Int, value: Double)]) -> [Bin] {
        let size = max(1, (losses.count + binLimit - 1) / binLimit)
        return stride(from: 0, to: losses.count, by: size).map { start in
            let values = losses[start..<min(start + size, losses.count)]
            let count = Double(values.count)
            return Bin(
                step: values.reduce(0) { $0 + Double($1.step) } / count,
                low: values.map(\.value).min() ?? 0, mean: values.reduce(0) { $0 + $1.value } / count,
                high: values.map(\.value).max() ?? 0)
        }
    }

    /// The file's text.
    package var svg: String {
        let curves = series.map { binned($0.values) }
        let bins: [Bin] = curves.flatMap { $0 }
        let lastStep = Double(
            max(series.compactMap(\.values.last?.step).max() ?? 1, evaluations.last?.step ?? 1))
        let means = bins.map(\.mean).sorted()
        var low = min(bins.map(\.low).min() ?? 0, evaluations.map(\.value).min() ?? .infinity)
        var high = max(
            means.isEmpty ? 1 : means[Int((Double(means.count - 1) * 0.95).rounded(.up))],
            evaluations.map(\.value).max() ?? -.infinity)
        if high <= low {
            let margin = max(0.5, abs(low) / 8)
            (low, high) = (low - margin, low + margin)
        }
        let range = high - low
        (low, high) = (low - 0.04 * range, high + 0.04 * range)
        let yTicks = Self.ticks(low, high)
        low = min(low, yTicks.first ?? low)
        let xTicks = Self.ticks(0, lastStep).filter { $0 <= lastStep && $0 == $0.rounded() }
        func x(_ step: Double) -> Double { left + (width - left - right) * step / lastStep }
        func y(_ value: Double) -> Double {
            top + (height - top - bottom) * (high - value) / (high - low)
        }
        func point(_ step: Double, _ value: Double) -> String {
            Self.text(x(step)) + "," + Self.text(y(value))
        }

        var lines = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.text(width)) \(Self.text(height))" \
            font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="13" fill="#3b4252">
            """,
            "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
            """
            <clipPath id="plot"><rect x="\(Self.text(left))" y="\(Self.text(top))" \
            width="\(Self.text(width - left - right))" height="\(Self.text(height - top - bottom))"/></clipPath>
            """,
        ]
        let (floor, rightEdge) = (Self.text(height - bottom), Self.text(width - right))
        for tick in yTicks where tick <= high {
            let level = Self.text(y(tick))
            lines.append(
                "<path d=\"M\(Self.text(left)),\(level)H\(rightEdge)\" stroke=\"#e5e9f0\"/>"
                    + "<text x=\"\(Self.text(left - 10))\" y=\"\(level)\" dy=\"0.35em\" text-anchor=\"end\">"
                    + "\(Self.label(tick))</text>")
        }
        for tick in xTicks {
            lines.append(
                "<path d=\"M\(Self.text(x(tick))),\(floor)v5\" stroke=\"#4c566a\"/>"
                    + "<text x=\"\(Self.text(x(tick)))\" y=\"\(Self.text(height - bottom + 20))\" "
                    + "text-anchor=\"middle\">\(Self.label(tick))</text>")
        }
        lines.append("<path d=\"M\(Self.text(left)),\(floor)H\(rightEdge)\" stroke=\"#4c566a\"/>")
        lines.append("<g clip-path=\"url(#plot)\">")
        for (bins, colour) in zip(curves, colours) where !bins.isEmpty {
            let band = bins.map { point($0.step, $0.high) } + bins.reversed().map { point($0.step, $0.low) }
            lines.append(
                "<polygon points=\"\(band.joined(separator: " "))\" fill=\"\(colour.band)\" fill-opacity=\"0.22\"/>"
            )
            let curve = bins.map { point($0.step, $0.mean) }.joined(separator: " ")
            lines.append(
                "<polyline points=\"\(curve)\" fill=\"none\" stroke=\"\(colour.line)\" stroke-width=\"1.8\" "
                    + "stroke-linejoin=\"round\"/>")
        }
        lines.append("</g>")
        for evaluation in evaluations {
            lines.append(
                "<circle cx=\"\(Self.text(x(Double(evaluation.step))))\" cy=\"\(Self.text(y(evaluation.value)))\" "
                    + "r=\"4\" fill=\"#d08770\" stroke=\"#ffffff\"/>")
        }
        lines += legend
        lines.append(
            "<text x=\"\(Self.text((left + width - right) / 2))\" y=\"\(Self.text(height - 14))\" "
                + "text-anchor=\"middle\">step</text>")
        lines.append(
            "<text transform=\"translate(18 \(Self.text((top + height - bottom) / 2))) rotate(-90)\" "
                + "text-anchor=\"middle\">\(quantity)</text>")
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    /// Where the entries of the legend after the first begin.
    private let legendStep = 204.0

    private var legend: [String] {
        if series.count > 1 { return seriesLegend }
        var lines = [
            "<path d=\"M\(Self.text(left)),24h22\" stroke=\"#41689b\" stroke-width=\"2\"/>"
                + "<text x=\"\(Self.text(left + 30))\" y=\"24\" dy=\"0.35em\">training (mean and range)</text>"
        ]
        if let last = evaluations.last {
            lines.append(
                "<circle cx=\"\(Self.text(left + 226))\" cy=\"24\" r=\"4\" fill=\"#d08770\"/>"
                    + "<text x=\"\(Self.text(left + 238))\" y=\"24\" dy=\"0.35em\">"
                    + "evaluation, last \(Self.text(last.value))</text>")
        }
        return lines
    }

    private var seriesLegend: [String] {
        series.indices.map { number -> String in
            let start = left + Double(number) * legendStep
            let line =
                "<path d=\"M\(Self.text(start)),24h22\" stroke=\"\(colours[number].line)\" stroke-width=\"2\"/>"
            let place = "x=\"\(Self.text(start + 30))\" y=\"24\" dy=\"0.35em\""
            return line + "<text \(place)>\(Self.words(series[number].name))</text>"
        }
    }

    /// A name in camel case as words: "generator loss".
    private static func words(_ name: String) -> String {
        name.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined()
    }

    /// Some four to eight round numbers in steps of 1, 2 or 5 times a power of ten.
    package static func ticks(_ low: Double, _ high: Double) -> [Double] {
        guard high > low, (high - low).isFinite else { return [] }
        let rough = (high - low) / 5
        var power = 1.0
        while power * 10 <= rough { power *= 10 }
        while power > rough { power /= 10 }
        let step = [1, 2, 5, 10].map { $0 * power }.min { abs($0 - rough) < abs($1 - rough) } ?? power
        // Beyond 2⁵³ steps from zero the ticks would not differ.
        guard step > 0, abs(low / step) < 0x1p53 else { return [] }
        let first = Int((low / step).rounded(.up))
        return (0..<20).map { Double(first + $0) * step }.prefix { $0 <= high }.map { $0 }
    }

    /// A number with at most two decimals.
    private static func text(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
    }

    /// An axis label: thousands of steps are separated.
    private static func label(_ value: Double) -> String {
        if abs(value) < 10_000 || abs(value) >= 1e15 || value != value.rounded() {
            return abs(value) < 1e-2 && value != 0 ? String(Float(value)) : text(value)
        }
        let digits = Array(String(Int(abs(value))))
        var grouped = ""
        for (number, digit) in digits.enumerated() {
            if number > 0, (digits.count - number).isMultiple(of: 3) { grouped += "\u{2009}" }
            grouped.append(digit)
        }
        return value < 0 ? "−" + grouped : grouped
    }
}
