/// A picture of the losses of a training run, as SVG.
///
/// Losses are gathered in bins of neighbouring steps: a band from the least to the greatest, and a line through the
/// means; where a step has several losses, a band and a line each. Evaluations are dots. The first losses are often
/// many times the last; the vertical axis ends where it shows 95 of 100 bins, and the curve enters from above.
package struct LossCurve {
    private let series: [(name: String, values: [(step: Int, value: Double)])]
    private let evaluations: [(step: Int, value: Double)]
    /// What the vertical axis shows.
    private let quantity: String
    /// Dots where alarms were raised.
    private let marks: [LinePlot.Series]

    private static let binLimit = 320

    package init(losses: [(step: Int, value: Double)], evaluations: [(step: Int, value: Double)]) {
        self.init(series: [("loss", losses)], evaluations: evaluations)
    }

    package init(
        series: [(name: String, values: [(step: Int, value: Double)])],
        evaluations: [(step: Int, value: Double)], quantity: String = "loss, nats per example",
        marks: [LinePlot.Series] = []
    ) {
        self.marks = marks
        self.quantity = quantity
        self.series = series.map { ($0.name, $0.values.filter(\.value.isFinite)) }
        self.evaluations = evaluations.filter(\.value.isFinite)
    }

    /// The file's text.
    package var svg: String {
        let curves = series.map { LinePlot.Series(title(of: $0.name), Self.binned($0.values)) }
        var plot = LinePlot(curves, xTitle: "step", yTitle: quantity)
        if let last = evaluations.last {
            let value = (last.value * 100).rounded() / 100
            plot.series.append(
                LinePlot.Series(
                    "evaluation, last \(PlotAxis.text(value))",
                    evaluations.map { LinePlot.Point(Double($0.step), $0.value) }, isDotted: true))
        }
        plot.series += marks
        let bins = curves.flatMap(\.points)
        let lastStep = max(series.compactMap(\.values.last?.step).max() ?? 1, evaluations.last?.step ?? 1)
        plot.domain = 0...Double(max(lastStep, 1))
        plot.countsX = true
        let means = bins.map(\.y).sorted()
        let low = min(
            bins.compactMap(\.range?.lowerBound).min() ?? .infinity,
            evaluations.map(\.value).min() ?? .infinity)
        let high = max(
            means.isEmpty ? -.infinity : means[Int((Double(means.count - 1) * 0.95).rounded(.up))],
            evaluations.map(\.value).max() ?? -.infinity)
        plot.range = low.isFinite && high.isFinite ? low...max(low, high) : 0...1
        return plot.svg
    }

    static func binned(_ losses: [(step: Int, value: Double)]) -> [LinePlot.Point] {
        let size = max(1, (losses.count + binLimit - 1) / binLimit)
        return stride(from: 0, to: losses.count, by: size).map { start in
            let values = losses[start..<min(start + size, losses.count)]
            let count = Double(values.count)
            return LinePlot.Point(
                values.reduce(0) { $0 + Double($1.step) } / count, values.reduce(0) { $0 + $1.value } / count,
                range: (values.map(\.value).min() ?? 0)...(values.map(\.value).max() ?? 0))
        }
    }

    /// What the legend calls the losses of a name in camel case: "generator loss".
    private func title(of name: String) -> String {
        series.count == 1
            ? "training (mean and range)"
            : name.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined()
    }
}
