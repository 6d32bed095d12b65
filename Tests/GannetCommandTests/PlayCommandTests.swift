import Foundation
import GannetTestSupport
import Testing

@Suite("gannet play")
struct PlayCommandTests {
    private let folder = try! TemporaryFolder()

    @Test func theSaddleIsPlayedAndDrawn() throws {
        let output = folder.path + "/away.svg"
        let result = try Tool.run([
            "play", "saddle", "--a", "10", "--step-size", "0.1", "--output", output,
        ])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("-15.919846") && result.output.contains("run away"))
        #expect(try String(contentsOfFile: output, encoding: .utf8).contains("<polyline"))
        let near = try Tool.run(["play", "saddle", "--a", "-2", "--output", output])
        #expect(near.output.contains("come to it"))
        for (options, word) in [(["--step-size", "0"], "--step-size"), (["--steps", "0"], "--steps")] {
            expectRefusal(try Tool.run(["play", "saddle"] + options), saying: [word])
        }
        // Numbers beyond all bounds are no picture's.
        let far = try Tool.run(["play", "saddle", "--a", "1e9", "--steps", "500", "--output", output])
        #expect(far.status == 0 && !far.output.contains("inf") && !far.output.contains("nan"))
    }
}
