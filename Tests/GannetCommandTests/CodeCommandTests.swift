import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

/// VQ-VAEs, and priors over their codes.
@Suite("The tool's models of codes")
struct CodeCommandTests {
    private let folder: TemporaryFolder
    private let data: String
    private static let small = ["--codes", "8", "--code-features", "4", "--features", "8", "--blocks", "1"]

    init() throws {
        folder = try TemporaryFolder()
        data = try folder.writeDigits(training: 60, test: 20, side: 8)
    }

    private func path(_ name: String) -> String { folder.path + "/" + name }

    private func training(_ model: String, _ run: String, _ options: [String]) -> [String] {
        ["train", model, "--data", data, "--batch-size", "20", "--output", path(run)] + options
    }

    /// Runs a command that must go well.
    @discardableResult private func succeed(_ command: [String]) throws -> String {
        let result = try Tool.run(command)
        #expect(result.status == 0, "\(command): \(result.errors)")
        return result.output
    }

    @Test(arguments: [("vq-vae", 1), ("vq-vae-2", 2)])
    func codesAreLearnedAndDrawn(model: String, planes: Int) throws {
        let (run, prior) = (path("run"), path("prior"))
        let options = Self.small + ["--halvings", "1", "--code-learning", "loss", "--commitment", "0.5"]
        try succeed(training(model, "run", options + ["--steps", "6"]))
        let configuration = try JSON(parsing: try folder.read("run/config.json"))
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
                try Tool.run(training(model, "run", ["--resume", "--steps", "7", option, value])),
                saying: [option])
        }
        let judged = try JSON(parsing: try succeed(["evaluate", run, "--json"]))
        #expect(judged["perplexities"]?.arrayValue?.count == planes)
        #expect(judged["squaredError"]?.doubleValue ?? 0 > 0)
        #expect(try succeed(["evaluate", run]).contains("perplexity"))
        try succeed(["reconstruct", run, "--count", "5", "--output", path("seen.png")])

        try succeed(
            training(
                "vq-prior", "prior",
                ["--codes", run, "--classes", "--features", "8", "--blocks", "1", "--steps", "3"]))
        // It has what it needs of the other run.
        try FileManager.default.removeItem(atPath: run)
        try succeed(training("vq-prior", "prior", ["--resume", "--steps", "5"]))
        try succeed(["sample", prior, "--class", "3", "--count", "4", "--output", path("drawn.png")])
        #expect(try Bitmap(png: path("drawn.png")).width > 8)
        try succeed(["reconstruct", prior, "--count", "5", "--output", path("again.png")])
        // The prior's training leaves the codes as they were.
        #expect(try folder.read("seen.png") == folder.read("again.png"))
        #expect(try succeed(["evaluate", prior]).contains("negative log-likelihood of the codes"))
        for (option, value) in [("--codes", "other"), ("--features", "9"), ("--blocks", "2")] {
            expectRefusal(
                try Tool.run(training("vq-prior", "prior", ["--resume", "--steps", "6", option, value])),
                saying: [option])
        }
    }

    @Test func aResumedRunIsAnUnbrokenOne() throws {
        let run = path("codes")
        for (name, steps) in [("codes", ["6"]), ("parts", ["4", "6"])] {
            for count in steps {
                try succeed(
                    training(
                        "vq-vae-2", name,
                        Self.small + [
                            "--halvings", "1", "--checkpoint-every", "2", "--resume", "--steps", count,
                        ]))
            }
        }
        #expect(
            try folder.read("parts/checkpoint.safetensors") == folder.read("codes/checkpoint.safetensors"))
        for (name, steps) in [("wholeprior", ["6"]), ("partsprior", ["4", "6"])] {
            for count in steps {
                try succeed(
                    training(
                        "vq-prior", name,
                        [
                            "--codes", run, "--features", "8", "--blocks", "1", "--checkpoint-every", "2",
                            "--resume", "--steps", count,
                        ]))
            }
        }
        #expect(
            try folder.read("partsprior/checkpoint.safetensors")
                == folder.read("wholeprior/checkpoint.safetensors"))
    }

    @Test func refusals() throws {
        try succeed(training("autoencoder", "other", ["--hidden", "16", "--latents", "2", "--steps", "1"]))
        for (model, options, words) in [
            ("vq-vae", ["--halvings", "4"], ["halved 4 times"]),
            ("vq-vae", ["--codes", "1"], ["--codes", "1"]),
            ("vq-vae", ["--commitment", "-1"], ["--commitment", "-1"]),
            ("vq-prior", [], ["--codes", "vq-vae"]),
            ("vq-prior", ["--codes", path("nothing")], ["nothing"]),
            ("vq-prior", ["--codes", path("other")], ["autoencoder", "no codes"]),
        ] {
            expectRefusal(try Tool.run(training(model, "run", options + ["--steps", "1"])), saying: words)
        }
        try succeed(training("vq-vae", "run", Self.small + ["--halvings", "1", "--steps", "1"]))
        expectRefusal(try Tool.run(["sample", path("run")]), saying: ["VQ-VAE", "draw"])
        try succeed(
            training(
                "vq-prior", "prior",
                ["--codes", path("run"), "--features", "8", "--blocks", "1", "--steps", "1"]))
        expectRefusal(
            try Tool.run(["sample", path("prior"), "--class", "1"]), saying: ["--class", "not told"])
        // A configuration that is damaged within.
        let text = String(decoding: try folder.read("prior/config.json"), as: UTF8.self)
        let damaged = text.replacing("\"codes\":8", with: "\"codes\":0")
            .replacing("\"codes\": 8", with: "\"codes\": 0")
        #expect(damaged != text)
        _ = try folder.write(Array(damaged.utf8), "prior/config.json")
        expectRefusal(try Tool.run(["sample", path("prior")]), saying: ["config.json", "damaged"])
    }
}
