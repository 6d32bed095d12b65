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
        #expect(Self.isBalanced(svg))
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
        #expect(Self.isBalanced(svg) && !svg.contains("nan") && !svg.contains("inf\""))
    }

    @Test("Ticks are round numbers within the range")
    func ticks() {
        #expect(LossCurve.ticks(0, 4_680) == [0, 1_000, 2_000, 3_000, 4_000])
        #expect(LossCurve.ticks(98, 203) == [100, 120, 140, 160, 180, 200])
        #expect(LossCurve.ticks(1, 1).isEmpty)
    }

    /// Whether every element that is opened is closed.
    private static func isBalanced(_ svg: String) -> Bool {
        var open: [String] = []
        for piece in svg.split(separator: "<").dropFirst(svg.hasPrefix("<") ? 0 : 1) {
            guard let end = piece.firstIndex(of: ">") else { return false }
            let tag = piece[..<end]
            let name = String(tag.prefix { $0 != " " && $0 != "/" })
            if tag.hasPrefix("/") {
                if open.popLast() != String(tag.dropFirst()) { return false }
            } else if !tag.hasSuffix("/") {
                open.append(name)
            }
        }
        return open.isEmpty
    }
}
