import Foundation
import Gannet
import GannetTestSupport
import Testing

/// `outliers`.
@Suite("Outliers with the tool")
struct OutliersCommandTests {
    let folder: TemporaryFolder
    let data: String
    let run: String

    init() throws {
        folder = try TemporaryFolder()
        data = try folder.writeDigits(training: 100, test: 30, side: 8)
        run = folder.path + "/run"
    }

    private func train(_ model: String, _ options: String...) throws {
        let result = try Tool.run(["train", model, "--data", data, "--output", run] + options)
        #expect(result.status == 0, "\(result.errors)")
    }

    private func figures(_ options: [String]) throws -> JSON {
        let result = try Tool.run(["outliers", run, "--json"] + options)
        #expect(result.status == 0, "\(result.errors)")
        return try JSON(parsing: Array(result.output.utf8))
    }

    @Test func picturesOfAnyKindAreToldApart() throws {
        try train("pixelcnn", "--steps", "80", "--binarize", "threshold")
        let plots = folder.path + "/some/plots"
        let json = try figures([
            "--against", "noise", "--against", data, "--against", "glyphs", "--against", "noise", "--output",
            plots,
        ])
        #expect(json["pictures"] == 30 && json["data"]?.stringValue == data)
        let own = try #require(json["logLikelihood"]?.doubleValue)
        let others = try #require(json["against"]?.arrayValue)
        #expect(others.map { $0["name"]?.stringValue } == ["noise", data, "glyphs", "noise"])
        #expect(others.map { $0["pictures"]?.integerValue } == [30, 30, 2000, 30])
        let areas = others.compactMap { $0["auroc"]?.doubleValue }
        // The pictures themselves are told apart by nothing.
        #expect(areas.count == 4 && areas[0] > 0.95 && areas[1] == 0.5 && areas[2] > 0.5)
        #expect(others[1]["logLikelihood"]?.doubleValue == own && own < 0)
        #expect(try #require(others[0]["logLikelihood"]?.doubleValue) < own)
        #expect(others[3]["auroc"] == others[0]["auroc"])
        let name = try #require(data.split(separator: "/").last)
        let paths = others.compactMap { $0["histogram"]?.stringValue }
        #expect(paths == ["noise", "\(name)", "glyphs", "noise-2"].map { "\(plots)/\($0).svg" })
        for path in paths {
            let svg = try String(contentsOfFile: path, encoding: .utf8)
            #expect(svg.hasPrefix("<svg") && svg.contains(">test pictures</text>") && svg.contains("nats"))
        }

        let seeded = try figures(["--against", "noise", "--seed", "1", "--count", "20"])
        #expect(seeded["pictures"] == 20 && seeded["seed"]?.stringValue == "1")
        #expect(seeded["against"]?.arrayValue?[0]["logLikelihood"] != others[0]["logLikelihood"])
        #expect(seeded["against"]?.arrayValue?[0]["histogram"] == .null)
        expectRefusal(
            try Tool.run(["outliers", run, "--output", data + "/t10k-images-idx3-ubyte/plots"]),
            saying: ["t10k-images-idx3-ubyte"])
    }

    @Test(arguments: ["fvbn", "conditional-pixelcnn"])
    func noiseAndMirroredPicturesUnlessOthersAreNamed(model: String) throws {
        try train(model, "--steps", "3", "--binarize", "sampled")
        let result = try Tool.run(["outliers", run, "--count", "9"])
        #expect(result.status == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 3 && lines[0].contains("9 test pictures of \(data)"), "\(result.output)")
        #expect(lines[1].contains("9 of noise") && lines[1].contains("AUROC "), "\(result.output)")
        #expect(lines[2].contains("9 of flipped") && lines[2].contains("AUROC 0."), "\(result.output)")
        #expect(try Tool.run(["outliers", run, "--count", "9"]).output == result.output)
    }

    @Test func refusals() throws {
        try train("vae", "--steps", "1")
        let outliers = ["outliers", run]
        expectRefusal(try Tool.run(outliers), saying: [run, "a VAE", "exact likelihood"])
        expectRefusal(try Tool.run(outliers + ["--count", "0"]), saying: ["--count", "0"])
        expectRefusal(try Tool.run(outliers + ["--against", ""]), saying: ["--against"])
        expectRefusal(
            try Tool.run(outliers + ["--against", "flipped", "--seed", "3"]), saying: ["--seed", "noise"])
        let other = folder.path + "/other"
        let training = ["train", "fvbn", "--data", data, "--steps", "1", "--output", other]
        #expect(try Tool.run(training).status == 0)
        expectRefusal(
            try Tool.run(["outliers", other, "--against", "/no/such/folder"]), saying: ["/no/such/folder"])
    }
}
