import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

/// VAEs and autoencoders of all kinds, and what can be done with their latents.
@Suite("The tool's models with latents")
struct LatentCommandTests {
    private let digits: DigitsFolder

    init() throws { digits = try DigitsFolder() }

    @Test func aVAEIsWhatWasAskedFor() throws {
        let options = [
            "--features", "4,6", "--hidden", "12", "--latents", "3", "--decoder", "gaussian",
            "--prior-components", "2", "--classes", "--beta", "0.5", "--beta-warmup", "10",
        ]
        try digits.succeed(digits.training("vae", "run", options + ["--steps", "4"]))
        let configuration = try JSON(parsing: try digits.read("run/config.json"))
        for (key, value) in [
            ("features", [4, 6]), ("hidden", [12]), ("latents", 3), ("decoder", "gaussian"),
            ("priorComponents", 2), ("classes", 10), ("beta", 0.5), ("betaWarmup", 10),
        ] as [(String, JSON)] {
            #expect(configuration[key] == value, "\(key)")
        }
        // Resumed as it was, and not otherwise.
        try digits.succeed(digits.training("vae", "run", ["--resume", "--steps", "5"]))
        for (option, value) in [
            ("--features", "4,8"), ("--hidden", "13"), ("--latents", "4"), ("--decoder", "logistic"),
            ("--prior-components", "3"), ("--beta", "1"), ("--beta-warmup", "11"), ("--free-nats", "1"),
            ("--importance-samples", "5"),
        ] {
            expectRefusal(
                try Tool.run(digits.training("vae", "run", ["--resume", "--steps", "6", option, value])),
                saying: [option])
        }
        let (run, drawn) = (digits.path("run"), digits.path("drawn.png"))
        try digits.succeed(["sample", run, "--class", "3", "--count", "4", "--output", drawn])
        try digits.succeed(["reconstruct", run, "--count", "5", "--output", digits.path("seen.png")])
        expectRefusal(try Tool.run(["interpolate", run]), saying: ["--class", "0 to 9"])
        try digits.succeed(["interpolate", run, "--class", "3", "--output", digits.path("between.png")])
        expectRefusal(try Tool.run(["latents", run]), saying: ["classes"])
    }

    @Test(arguments: ["autoencoder", "vae"])
    func aClassifierStartsFromAnEncoder(model: String) throws {
        let run = digits.path("run")
        try digits.succeed(
            digits.training(model, "run", ["--hidden", "16", "--latents", "6", "--steps", "20"]))
        let begun = ["--encoder", run, "--examples", "40", "--hidden", "8,6", "--freeze"]
        try digits.checkResumption("encoded-classifier", begun)
        // It has what it needs of the other run.
        try FileManager.default.removeItem(atPath: run)
        let judged = try JSON(
            parsing: try digits.succeed(["evaluate", digits.path("whole-encoded-classifier"), "--json"]))
        #expect(judged["accuracy"]?.doubleValue.map((0...1).contains) == true)
        #expect(try JSON(parsing: try digits.read("whole-encoded-classifier/config.json"))["examples"] == 40)
        for (options, words) in [
            (["--encoder", "other"], ["--encoder", "other"]),
            (["--examples", "30"], ["other data"]), (["--hidden", "8"], ["--hidden is 8", "8,6"]),
        ] {
            expectRefusal(
                try Tool.run(
                    digits.training(
                        "encoded-classifier", "whole-encoded-classifier",
                        ["--resume", "--steps", "7"] + options)),
                saying: words)
        }
    }

    @Test func aClassifierNeedsAnEncoderThatIsNotToldClasses() throws {
        try digits.succeed(
            digits.training("vae", "told", ["--hidden", "8", "--latents", "2", "--classes", "--steps", "1"]))
        try digits.succeed(digits.training("fvbn", "fvbn", ["--steps", "1"]))
        for (options, words) in [
            ([], ["--encoder"]), (["--encoder", digits.path("told")], ["told classes"]),
            (["--encoder", digits.path("fvbn")], ["fvbn", "no encoder"]),
            (["--encoder", digits.path("nothing")], ["nothing"]),
            (["--examples", "0"], ["--examples", "0"]),
        ] {
            expectRefusal(
                try Tool.run(digits.training("encoded-classifier", "run", options + ["--steps", "1"])),
                saying: words)
        }
    }

    @Test func latentsOfRectanglesAreComparedWithTheirFactors() throws {
        let run = digits.path("run")
        try digits.succeed([
            "train", "autoencoder", "--data", "rectangles", "--hidden", "16", "--latents", "3", "--steps",
            "20",
            "--output", run,
        ])
        let said = try JSON(parsing: try digits.succeed(["latents", run, "--count", "300", "--json"]))
        let factors = try #require(said["factors"]?.arrayValue)
        #expect(
            factors.compactMap { $0["factor"]?.stringValue } == ["x", "y", "size", "rotation", "brightness"])
        for factor in factors {
            #expect((0...2).contains(factor["latent"]?.integerValue ?? -1))
            let correlation = factor["correlation"]?.doubleValue ?? 2
            #expect(abs(correlation) <= 1 && correlation != 0)
        }
        #expect(try digits.succeed(["latents", run]).contains("x is followed by latent "))
        expectRefusal(
            try Tool.run(["train", "wavenet", "--data", "rectangles", "--output", digits.path("other")]),
            saying: ["rectangles", "sounds"])
    }

    @Test func aResumedRunIsAnUnbrokenOne() throws {
        try digits.checkResumption(
            "vae", ["--beta-warmup", "8", "--free-nats", "0.1", "--learning-rate", "1e-3"])
    }

    @Test(arguments: ["vae", "autoencoder"])
    func latentsAreShown(model: String) throws {
        let run = digits.path("run")
        try digits.succeed(
            digits.training(model, "run", ["--hidden", "16", "--latents", "3", "--steps", "5"]))
        let given = digits.path("given.png")
        try Bitmap(width: 8, height: 8, channels: 1, pixels: (0..<64).map { UInt8($0 * 4) }).write(to: given)
        func picture(_ command: [String]) throws -> Bitmap {
            try digits.succeed(command + ["--output", digits.path("picture.png")])
            return try Bitmap(png: digits.path("picture.png"))
        }
        let animation = digits.path("animated.png")
        let between = try picture([
            "interpolate", run, "--frames", "4", "--spherical", "--animation", animation,
        ])
        #expect((between.width, between.height) == (6 * 10 + 2, 10 + 2))
        #expect(try Data(contentsOf: URL(fileURLWithPath: animation)).range(of: Data("acTL".utf8)) != nil)
        #expect(
            try picture(["interpolate", run, "--image", given, "--toward", given, "--frames", "3"]).width
                == 5 * 10 + 2)
        #expect(try picture(["traverse", run, "--dimensions", "2,0", "--steps", "5"]).height == 5 * 10 + 2)
        let rows = try picture(["traverse", run, "--image", given, "--steps", "4"])
        #expect((rows.width, rows.height) == (5 * 10 + 2, 3 * 10 + 2))
        let edited = try picture([
            "edit", run, "--image", given, "--dimension", "1", "--from", "-2", "--to", "2", "--steps", "3",
        ])
        #expect(edited.width == 5 * 10 + 2)
        // What is given stands at the left, and the states differ.
        #expect(
            Array(edited.pixels[2 * edited.width + 2..<2 * edited.width + 10])
                == (0..<8).map { UInt8($0 * 4) })
        let sum = try picture(["combine", run, "--from", given, given, "--minus", given, "--plus", given])
        #expect(sum.width == 4 * 10 + 2)
        let map = digits.path("map.svg")
        let said = try JSON(parsing: try digits.succeed(["latents", run, "--json", "--map", map]))
        #expect(said["latents"]?.arrayValue?.count == 3)
        #expect((said["latents"]?.arrayValue?[0]["divergence"] != nil) == (model == "vae"))
        #expect(try String(contentsOfFile: map, encoding: .utf8).contains("<svg"))
        // A grid is over those that tell most.
        let first = try #require(
            said["latents"]?.arrayValue?.prefix(2).compactMap { $0["latent"]?.integerValue }.sorted())
        let chosen = first.map(String.init).joined(separator: ",")
        let grid = try picture(["traverse", run, "--dimensions", chosen])
        #expect(try picture(["traverse", run]).pixels == grid.pixels)
        #expect(try digits.succeed(["latents", run]).contains("latent 0: mean "))

        for (command, words) in [
            (["interpolate", run, "--image", given], ["--image", "--toward"]),
            (["interpolate", run, "--class", "1"], ["--class", "not told"]),
            (["traverse", run, "--dimensions", "0"], ["--dimensions", "two"]),
            (["traverse", run, "--dimensions", "0,3"], ["--dimensions", "3"]),
            (["traverse", run, "--range", "2"], ["--range", "--image"]),
            (["edit", run, "--dimension", "3"], ["--dimension", "3", "2"]),
            (["latents", run, "--dimensions", "0,1"], ["--dimensions", "--map"]),
            (["combine", run, "--from", digits.path("none.png")], ["none.png"]),
        ] {
            expectRefusal(try Tool.run(command), saying: words)
        }
    }

    @Test(arguments: [("\"gaussian\"", "\"cubic\""), ("[4,6]", "[4,-6]"), ("\"beta\":0.5", "\"beta\":-1")])
    func damagedConfigurations(right: String, wrong: String) throws {
        let options = ["--features", "4,6", "--hidden", "12", "--decoder", "gaussian", "--beta", "0.5"]
        try digits.succeed(digits.training("vae", "run", options + ["--steps", "2"]))
        let file = digits.path("run/config.json")
        let text = try String(contentsOfFile: file, encoding: .utf8).filter { !$0.isWhitespace }
        let damaged = text.replacing(right, with: wrong)
        #expect(damaged != text)
        try damaged.write(toFile: file, atomically: true, encoding: .utf8)
        expectRefusal(try Tool.run(["sample", digits.path("run")]), saying: ["config.json", "damaged"])
    }

    @Test func likelihoodsBySamples() throws {
        let run = digits.path("run")
        try digits.succeed(digits.training("vae", "run", ["--importance-samples", "3", "--steps", "4"]))
        let said = try JSON(
            parsing: try digits.succeed(["evaluate", run, "--importance-samples", "20", "--json"]))
        let bound = try #require(said["negativeELBO"]?.doubleValue)
        let likelihood = try #require(said["importanceWeightedNLL"]?.doubleValue)
        #expect(likelihood < bound && likelihood > 0)
        #expect(
            try digits.succeed(["evaluate", run, "--importance-samples", "5"]).contains(
                "by 5 weighed samples"))
        try digits.succeed(
            digits.training("autoencoder", "other", ["--hidden", "none", "--linear", "--steps", "2"]))
        #expect(try digits.succeed(["evaluate", digits.path("other")]).contains("squared error"))
        expectRefusal(
            try Tool.run(["evaluate", digits.path("other"), "--importance-samples", "5"]),
            saying: ["--importance-samples", "VAE"])
        expectRefusal(try Tool.run(["sample", digits.path("other")]), saying: ["autoencoder", "draw"])
    }

    @Test(arguments: [
        (["--features", "4,4,4,4"], ["[8, 8, 1]"]),
        (["--features", "4", "--hidden", "3,4"], ["--hidden", "2"]),
        (["--beta", "-1"], ["--beta", "-1"]), (["--hidden", "x"], ["--hidden", "x"]),
        (["--importance-samples", "5", "--beta", "2"], ["--importance-samples", "--beta"]),
        (["--prior-components", "2", "--free-nats", "1"], ["--free-nats", "--prior-components"]),
        (["--latents", "0"], ["--latents", "0"]),
    ])
    func optionsThatMakeNoSense(options: [String], words: [String]) throws {
        expectRefusal(try Tool.run(digits.training("vae", "run", options)), saying: words)
        #expect(!FileManager.default.fileExists(atPath: digits.path("run")))
    }
}
