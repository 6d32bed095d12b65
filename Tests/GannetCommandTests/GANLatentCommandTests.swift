import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

/// What can be seen of a GAN when it is trained: its latents, what is near to its pictures, and how it learned.
@Suite("The tool's looks into adversarial networks")
struct GANLatentCommandTests {
    private let digits: DigitsFolder
    private var run: String { digits.path("run") }

    init() throws { digits = try DigitsFolder() }

    private func train(_ model: String = "dcgan", _ more: [String] = []) throws {
        let size = model == "gan" ? ["--hidden", "32"] : ["--features", "3", "--hidden", "6"]
        try digits.succeed(
            digits.training(
                model, "run", size + ["--latents", "4", "--steps", "6", "--evaluate-every", "2"] + more))
    }

    /// The pictures of 8×8 in a grid of so many columns, row by row.
    private func pictures(_ name: String, columns: Int) throws -> [[UInt8]] {
        let grid = try Bitmap(png: digits.path(name))
        let rows = (grid.height - 2) / 10
        return (0..<rows * columns).map { number in
            let (top, left) = (2 + number / columns * 10, 2 + number % columns * 10)
            return (0..<64).map { grid.pixels[(top + $0 / 8) * grid.width + left + $0 % 8] }
        }
    }

    @Test func betweenTwoPictures() throws {
        try train("gan")
        try digits.succeed([
            "sample", run, "--count", "9", "--seed", "5", "--output", digits.path("drawn.png"),
        ])
        let drawn = try pictures("drawn.png", columns: 3)
        let asked = ["interpolate", run, "--frames", "4", "--seed", "5", "--output", digits.path("way.png")]
        for (options, ends) in [([], (0, 1)), (["--between", "7", "2"], (7, 2))] {
            try digits.succeed(asked + options)
            let way = try pictures("way.png", columns: 6)
            #expect(way[0] == drawn[ends.0] && way[3] == drawn[ends.1])
            #expect(way[1] != way[0] && way[1] != way[2])
        }
        let spherical = try digits.read("way.png")
        try digits.succeed(asked + ["--between", "7", "2", "--no-spherical"])
        #expect(try digits.read("way.png") != spherical)
        try digits.succeed(asked + ["--animation", digits.path("way-and-back.png")])
        expectRefusal(try Tool.run(asked + ["--between", "7"]), saying: ["--between"])
        expectRefusal(try Tool.run(asked + ["--between", "7", "-1"]), saying: ["--between"])
        expectRefusal(
            try Tool.run(
                asked + ["--image", digits.path("drawn.png"), "--toward", digits.path("drawn.png")]),
            saying: ["encoder"])
    }

    @Test func arithmeticWithMeans() throws {
        try train("cgan")
        let combine = ["combine", run, "--class", "2", "--seed", "5", "--output", digits.path("sum.png")]
        try digits.succeed(combine + ["--from", "1", "--minus", "4", "--plus", "4"])
        let sum = try pictures("sum.png", columns: 4)
        // What is taken away and added leaves what there was, but for rounding.
        #expect(zip(sum[0], sum[3]).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
        #expect(sum[1] == sum[2] && sum[1] != sum[0])
        try digits.succeed(
            combine + ["--from", "0", "1", "2", "--minus", "3", "4", "5", "--plus", "6", "7", "8"])
        expectRefusal(try Tool.run(combine + ["--from", digits.path("sum.png")]), saying: ["encoder"])
        // The first three are drawn with the class in the same order.
        try digits.succeed(combine + ["--from", "1"])
        let one = try pictures("sum.png", columns: 2)
        #expect(one[0] == one[1] && zip(one[0], sum[0]).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
        expectRefusal(try Tool.run(combine + ["--from", "20000"]), saying: ["--from", "20000"])
    }

    @Test func nearestTrainingPictures() throws {
        try train()
        let asked = [
            "neighbours", run, "--count", "3", "--nearest", "2", "--output", digits.path("near.png"),
        ]
        let json = try JSON(parsing: try digits.succeed(asked + ["--json"]))
        let rows = try pictures("near.png", columns: 3)
        let found = try #require(json["neighbours"]?.arrayValue)
        #expect(found.count == 3)
        for (row, near) in found.enumerated() {
            let distances = (near.arrayValue ?? []).compactMap { $0["distance"]?.doubleValue }
            #expect(distances.count == 2 && distances[0] <= distances[1])
            for (column, distance) in distances.enumerated() {
                let squares = zip(rows[3 * row], rows[3 * row + 1 + column]).map { a, b in
                    let difference = (Double(a) - Double(b)) / 255
                    return difference * difference
                }
                // Pixels of the file are rounded.
                #expect(abs(squares.reduce(0, +).squareRoot() - distance) < 0.02)
            }
        }
        #expect(try digits.succeed(asked).contains("distance"))
        expectRefusal(try Tool.run(asked + ["--data", "glyphs"]), saying: ["shape"])
    }

    @Test func howItLearned() throws {
        try train()
        let output = try digits.succeed(["animate", run])
        #expect(output.contains("3 pictures"))
        #expect(try Bitmap(png: run + "/learning.png").width > 10)
        #expect(try digits.read("run/learning.png").contains(Array("acTL".utf8)))
        try FileManager.default.removeItem(atPath: run + "/samples")
        try FileManager.default.createDirectory(
            atPath: run + "/samples", withIntermediateDirectories: true)
        expectRefusal(try Tool.run(["animate", run]), saying: ["no pictures"])
    }

    @Test(
        "Pictures of one checkpoint differ by at most 1 in 255 between devices, and a run resumed there is an unbroken one",
        .enabled(if: TestDevices.all.count > 1, "there is no OpenCL device"))
    func onAnOpenCLDevice() throws {
        for model in ["dcgan", "wgan-gp"] {
            let small = ["--features", "3", "--hidden", "6", "--latents", "4", "--ema", "0.9"]
            try digits.checkResumption(model, small + ["--device", "opencl"])
            let grids = try ["cpu", "opencl"].map { device in
                let file = digits.path(device + ".png")
                try digits.succeed(
                    ["sample", digits.path("whole-\(model)"), "--device", device, "--output", file])
                return try Bitmap(png: file).pixels
            }
            #expect(zip(grids[0], grids[1]).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
        }
    }
}
