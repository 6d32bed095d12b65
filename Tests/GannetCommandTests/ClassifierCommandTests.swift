import Foundation
import Gannet
import GannetTestSupport
import Testing

/// `train classifier`, `evaluate` and `judge`.
@Suite("A classifier with the tool")
struct ClassifierCommandTests {
    @Test func itIsTrainedEvaluatedAndJudges() throws {
        let folder = try TemporaryFolder()
        let data = try folder.writeDigits(training: 400, test: 60, side: 14)
        let (run, vae) = (folder.path + "/classifier", folder.path + "/vae")
        let training = ["--data", data, "--batch-size", "20", "--output"]
        let trained = try Tool.run(["train", "classifier", "--epochs", "4"] + training + [run])
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.output.contains("accuracy") && trained.errors.contains(" %"))
        for choice in ["last", "best"] {
            let evaluation = try Tool.run(["evaluate", run, "--json", "--checkpoint", choice])
            let figures = try JSON(parsing: Array(evaluation.output.utf8))
            #expect(try #require(figures["accuracy"]?.doubleValue) > 0.9, "\(trained.errors)")
            #expect(figures["bitsPerDimension"] == nil && figures["bitsPerDimensionBound"] == nil)
        }
        expectRefusal(try Tool.run(["sample", run]), saying: [run, "classifier"])
        expectRefusal(
            try Tool.run(["evaluate", run, "--checkpoint", "first"]), saying: ["--checkpoint", "first"])

        #expect(try Tool.run(["train", "vae", "--steps", "60"] + training + [vae]).status == 0)
        let judge = ["judge", vae, "--classifier", run, "--count", "30"]
        let judgement = try JSON(parsing: Array(try Tool.run(judge + ["--json"]).output.utf8))
        #expect(judgement["pictures"] == 30 && judgement["asAsked"] == .null)
        #expect(try #require(judgement["confident"]?.integerValue) <= 30)
        let shares = try #require(judgement["classShares"]?.arrayValue).compactMap(\.doubleValue)
        #expect(shares.count == 10 && abs(shares.reduce(0, +) - 1) < 1e-9)
        let words = try Tool.run(judge)
        #expect(words.output.contains("with confidence over 0.9") && words.output.contains("class 9:"))

        expectRefusal(try Tool.run(["judge", run, "--classifier", run]), saying: [run, "a classifier"])
        expectRefusal(try Tool.run(["judge", vae, "--classifier", vae]), saying: [vae, "a VAE"])
        expectRefusal(try Tool.run(judge + ["--count", "0"]), saying: ["--count"])
        for (option, value) in [("--temperature", "0.5"), ("--sampler-steps", "9")] {
            expectRefusal(try Tool.run(judge + [option, value]), saying: [vae, "a VAE", option])
        }
        let other = try TemporaryFolder()
        let larger = other.path + "/run"
        let pictures = try other.writeDigits(training: 20, test: 20, side: 15)
        #expect(
            try Tool.run(["train", "classifier", "--steps", "1", "--data", pictures, "--output", larger])
                .status == 0)
        expectRefusal(
            try Tool.run(["judge", vae, "--classifier", larger]), saying: ["[14, 14, 1]", "[15, 15, 1]"])
    }
}
