import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

/// VQ-VAEs, and priors over their codes.
@Suite("The tool's models of codes")
struct CodeCommandTests {
    private static let small = ["--codes", "8", "--code-features", "4", "--features", "8", "--blocks", "1"]
    private let digits: DigitsFolder

    init() throws { digits = try DigitsFolder() }

    @Test(arguments: [("vq-vae", 1), ("vq-vae-2", 2)])
    func codesAreLearnedAndDrawn(model: String, planes: Int) throws {
        let (run, prior) = (digits.path("run"), digits.path("prior"))
        let options = Self.small + ["--halvings", "1", "--code-learning", "loss", "--commitment", "0.5"]
        try digits.succeed(digits.training(model, "run", options + ["--steps", "6"]))
        let configuration = try JSON(parsing: try digits.read("run/config.json"))
        for (key, value) in [
            ("codes", 8), ("codeFeatures", 4), ("features", 8), ("blocks", 1), ("halvings", 1),
            ("codeLearning", "loss"), ("commitment", 0.5),
        ] as [(String, JSON)] {
            #expect(configuration[key] == value, "\(key)")
        }
        for (option, value) in [
            ("--codes", "9"), ("--code-features", "5"), ("--features", "9"), ("--blocks", "2"),
            ("--halvings", "2"), ("--code-learning", "average"), ("--commitment", "1"),
        ] {
            expectRefusal(
                try Tool.run(digits.training(model, "run", ["--resume", "--steps", "7", option, value])),
                saying: [option])
        }
        let judged = try JSON(parsing: try digits.succeed(["evaluate", run, "--json"]))
        #expect(judged["perplexities"]?.arrayValue?.count == planes)
        #expect(judged["squaredError"]?.doubleValue ?? 0 > 0)
        #expect(try digits.succeed(["evaluate", run]).contains("perplexity"))
        try digits.succeed(["reconstruct", run, "--count", "5", "--output", digits.path("seen.png")])

        try digits.succeed(
            digits.training(
                "vq-prior", "prior",
                ["--codes", run, "--classes", "--features", "8", "--blocks", "1", "--steps", "3"]))
        // It has what it needs of the other run.
        try FileManager.default.removeItem(atPath: run)
        try digits.succeed(digits.training("vq-prior", "prior", ["--resume", "--steps", "5"]))
        try digits.succeed([
            "sample", prior, "--class", "3", "--count", "4", "--output", digits.path("drawn.png"),
        ])
        #expect(try Bitmap(png: digits.path("drawn.png")).width > 8)
        try digits.succeed(["reconstruct", prior, "--count", "5", "--output", digits.path("again.png")])
        // The prior's training leaves the codes as they were.
        #expect(try digits.read("seen.png") == digits.read("again.png"))
        #expect(try digits.succeed(["evaluate", prior]).contains("negative log-likelihood of the codes"))
        for (option, value) in [("--codes", "other"), ("--features", "9"), ("--blocks", "2")] {
            expectRefusal(
                try Tool.run(
                    digits.training("vq-prior", "prior", ["--resume", "--steps", "6", option, value])),
                saying: [option])
        }
    }

    @Test func aResumedRunIsAnUnbrokenOne() throws {
        try digits.checkResumption("vq-vae-2", Self.small + ["--halvings", "1"])
        let run = digits.path("whole-vq-vae-2")
        try digits.checkResumption("vq-prior", ["--codes", run, "--features", "8", "--blocks", "1"])
    }

    @Test func refusals() throws {
        try digits.succeed(
            digits.training("autoencoder", "other", ["--hidden", "16", "--latents", "2", "--steps", "1"]))
        for (model, options, words) in [
            ("vq-vae", ["--halvings", "4"], ["halved 4 times"]),
            ("vq-vae", ["--codes", "1"], ["--codes", "1"]),
            ("vq-vae", ["--commitment", "-1"], ["--commitment", "-1"]),
            ("vq-prior", [], ["--codes", "vq-vae"]),
            ("vq-prior", ["--codes", digits.path("nothing")], ["nothing"]),
            ("vq-prior", ["--codes", digits.path("other")], ["autoencoder", "no codes"]),
        ] {
            expectRefusal(
                try Tool.run(digits.training(model, "run", options + ["--steps", "1"])), saying: words)
        }
        try digits.succeed(
            digits.training("vq-vae", "run", Self.small + ["--halvings", "1", "--steps", "1"]))
        expectRefusal(try Tool.run(["sample", digits.path("run")]), saying: ["VQ-VAE", "draw"])
        try digits.succeed(
            digits.training(
                "vq-prior", "prior",
                ["--codes", digits.path("run"), "--features", "8", "--blocks", "1", "--steps", "1"]))
        expectRefusal(
            try Tool.run(["sample", digits.path("prior"), "--class", "1"]), saying: ["--class", "not told"])
        // A configuration that is damaged within.
        let text = String(decoding: try digits.read("prior/config.json"), as: UTF8.self)
        let damaged = text.replacing("\"codes\":8", with: "\"codes\":0")
            .replacing("\"codes\": 8", with: "\"codes\": 0")
        #expect(damaged != text)
        _ = try digits.folder.write(Array(damaged.utf8), "prior/config.json")
        expectRefusal(try Tool.run(["sample", digits.path("prior")]), saying: ["config.json", "damaged"])
    }
}
