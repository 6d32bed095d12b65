import Foundation
import Gannet
import Testing

@Suite("Line plots")
struct LinePlotTests {
    private func points(_ values: [Double]) -> [LinePlot.Point] {
        values.enumerated().map { LinePlot.Point(Double($0.offset), $0.element) }
    }

    @Test("Each series has a line and a name in the legend, escaped")
    func series() {
        var plot = LinePlot(
            [
                .init("a < b & c", points([1, 2, 3])), .init("second", points([3, 1, 2])),
                .init("dots", points([2, 2]), isDotted: true),
            ], xTitle: "step", yTitle: "loss")
        let svg = plot.svg
        #expect(SVG.isBalanced(svg))
        #expect(svg.contains(">a &lt; b &amp; c</text>") && svg.contains(">second</text>"))
        #expect(svg.components(separatedBy: "<polyline").count == 3)
        #expect(svg.components(separatedBy: "<circle").count == 4)
        // More names than a row holds go on in the next.
        plot.series = (0..<12).map { .init("series number \($0)", points([Double($0), 1])) }
        #expect(SVG.isBalanced(plot.svg) && plot.svg.contains("series number 11"))
        if let path = ProcessInfo.processInfo.environment["GANNET_TEST_OUTPUT"] {
            try? plot.write(to: path + "/plot.svg")
        }
    }

    @Test("A logarithmic axis marks powers of ten and leaves out what it does not have")
    func logarithm() {
        var plot = LinePlot([.init("loss", points([1000, 100, 0, 10, -1, 0.1, 0.01, .nan, 1]))])
        plot.usesLogarithm = true
        let svg = plot.svg
        for label in ["1000", "100", "10", "1", "0.1", "0.01"] {
            #expect(svg.contains(">\(label)</text>"), "\(label)")
        }
        // Three gaps leave four pieces.
        #expect(svg.components(separatedBy: "<polyline").count == 5)
        #expect(SVG.isBalanced(svg) && !svg.contains("nan"))
        // Equal factors are equal distances.
        let levels = svg.components(separatedBy: "<path d=\"M72,").dropFirst()
            .compactMap { Double($0.prefix { $0 != "H" }) }
        let steps = zip(levels, levels.dropFirst()).map { $0 - $1 }.filter { $0 > 0 }
        #expect(steps.count >= 4 && steps.allSatisfy { abs($0 - steps[0]) < 0.02 })
    }

    @Test(
        "Any numbers make a picture",
        arguments: [
            [], [1], [2, 2, 2], [0], [-1e30, 1e30], [.leastNonzeroMagnitude, 0], [.nan, .infinity, 3],
            [-.greatestFiniteMagnitude, .greatestFiniteMagnitude], [1e-300, 1e300], [.nan],
        ], [false, true])
    func extremes(values: [Double], usesLogarithm: Bool) {
        var plot = LinePlot([.init("values", points(values))])
        plot.usesLogarithm = usesLogarithm
        #expect(SVG.isBalanced(plot.svg) && !plot.svg.contains("nan") && !plot.svg.contains("inf\""))
        plot.series[0].isDotted = true
        #expect(SVG.isBalanced(plot.svg) && !plot.svg.contains("nan") && !plot.svg.contains("inf\""))
    }

    @Test("Ticks are round numbers within the range")
    func ticks() {
        func marks(_ low: Double, _ high: Double) -> [String] {
            var plot = LinePlot([.init("", [.init(0, 0), .init(1, 1)])])
            plot.domain = low...high
            return ["0", "1000", "2000", "3000", "4000", "98", "100", "120", "200"]
                .filter { plot.svg.contains("text-anchor=\"middle\">\($0)</text>") }
        }
        #expect(marks(0, 4_680) == ["0", "1000", "2000", "3000", "4000"])
        #expect(marks(98, 203) == ["100", "120", "200"])
    }
}
