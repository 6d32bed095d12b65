import Foundation
import Gannet
import Testing

@Suite("Loss curves")
struct LossCurveTests {
    @Test("The picture is well-formed XML with a curve, a band and a dot an evaluation")
    func wellFormed() throws {
        let losses = (1...4_680).map { step -> (step: Int, value: Double) in
            let x = Double(step)
            return (step, 104 + 440 * exp(-x / 120) + 4 * sin(x * 12.9898))
        }
        let evaluations = (1...10).map { (step: $0 * 468, value: 104 + 20 / Double($0)) }
        let svg = LossCurve(losses: losses, evaluations: evaluations).svg
        #expect(SVG.isBalanced(svg))
        #expect(svg.components(separatedBy: "<circle").count == 12)
        #expect(svg.contains("<polygon") && svg.contains("<polyline") && svg.contains(">step</text>"))
        if let path = ProcessInfo.processInfo.environment["GANNET_TEST_OUTPUT"] {
            try svg.write(toFile: path + "/loss.svg", atomically: true, encoding: .utf8)
        }
    }

    @Test(
        "Any finite losses make a picture",
        arguments: [
            [], [1], [2, 2, 2], [0], [-1e30, 1e30], [.leastNonzeroMagnitude, 0], [.nan, .infinity, 3],
            [3e38, 3.1e38],
        ])
    func extremes(values: [Double]) {
        let losses = values.enumerated().map { (step: $0.offset + 1, value: $0.element) }
        let svg = LossCurve(losses: losses, evaluations: []).svg
        #expect(SVG.isBalanced(svg) && !svg.contains("nan") && !svg.contains("inf\""))
    }
}
