import Foundation
import Gannet
import Testing

@Suite("Histograms")
struct HistogramTests {
    @Test("Numbers are counted in bins of one width that all sets share")
    func bins() {
        let histogram = Histogram(
            [("a", [0, 1, 2.5, 4]), ("b", [3.9, 4, .nan, .infinity]), ("none", [])], binCount: 4)
        #expect(histogram.edges == [0, 1, 2, 3, 4])
        #expect(histogram.shares == [[0.25, 0.25, 0.25, 0.25], [0, 0, 0, 1], [0, 0, 0, 0]])
        #expect(histogram.names == ["a", "b", "none"])
    }

    @Test("An outline rises to the share of each bin, in hundredths")
    func outline() {
        let plot = Histogram([("a", [0, 0, 0, 4])], binCount: 2).plot(xTitle: "nats")
        #expect(plot.series.map(\.name) == ["a"] && plot.xTitle == "nats")
        #expect(plot.series[0].points.map(\.x) == [0, 0, 2, 2, 4, 4])
        #expect(plot.series[0].points.map(\.y) == [0, 75, 75, 25, 25, 0])
        #expect(plot.range == 0...78.75)
        // The floor is at zero: its mark is where the axis is.
        #expect(plot.svg.contains("y=\"384\" dy=\"0.35em\" text-anchor=\"end\">0</text>"))
    }

    @Test(
        "Any numbers make a picture",
        arguments: [
            [], [1], [2, 2, 2], [-1e30, 1e30], [.leastNonzeroMagnitude, 0], [.nan, .infinity, 3],
            [-.greatestFiniteMagnitude, .greatestFiniteMagnitude], [1e300, 1e300], [.nan],
        ])
    func extremes(values: [Double]) {
        let histogram = Histogram([("values", values)])
        let svg = histogram.plot().svg
        #expect(SVG.isBalanced(svg) && !svg.contains("nan") && !svg.contains("inf\""))
        let isEmpty = !values.contains(where: \.isFinite)
        #expect(abs(histogram.shares[0].reduce(0, +) - (isEmpty ? 0 : 1)) < 1e-12)
    }
}
