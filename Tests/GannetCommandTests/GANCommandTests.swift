import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

/// Networks that are trained against each other.
@Suite("The tool's adversarial networks")
struct GANCommandTests {
    private let digits: DigitsFolder

    init() throws { digits = try DigitsFolder() }

    /// Networks small enough to be trained in a moment.
    private static func small(_ model: String) -> [String] {
        (model == "gan" ? [] : ["--features", "3"]) + ["--hidden", "8", "--latents", "4"]
    }

    @Test(arguments: ["gan", "cgan", "acgan", "dcgan", "wgan", "wgan-gp"])
    func aModelOfEachKind(model: String) throws {
        try digits.checkResumption(model, Self.small(model))
        let run = digits.path("whole-\(model)")
        let sample = ["sample", run, "--count", "4", "--output", digits.path("drawn.png")]
        try digits.succeed(sample)
        #expect(try Bitmap(png: digits.path("drawn.png")).width == 2 * 8 + 6)
        let ofAClass = try Tool.run(sample + ["--class", "1"])
        if ["cgan", "acgan"].contains(model) {
            #expect(ofAClass.status == 0, "\(ofAClass.errors)")
        } else {
            expectRefusal(ofAClass, saying: ["--class", "not told classes"])
        }
        let configuration = try JSON(parsing: try digits.read("whole-\(model)/config.json"))
        #expect(configuration["criticSteps"] == (model.hasPrefix("wgan") ? 5 : 1))
        #expect(configuration["optimizer"]?.stringValue == (model == "wgan" ? "rmsprop" : "adam"))
        #expect(configuration["penalty"]?.stringValue == (model == "wgan-gp" ? "gradient" : "none"))
        #expect((configuration["weightBound"] != nil) == (model == "wgan"))
    }

    @Test func allThatATrainingRemembersIsResumed() throws {
        try digits.checkResumption(
            "wgan",
            Self.small("wgan") + [
                "--instance-noise", "0.3", "--noise-updates", "20", "--ema", "0.9",
                "--warmup", "3",
                "--critic-optimizer", "adam", "--accumulate", "2", "--mixed-batches",
                "--replay", "50", "--dropout", "0.3",
            ])
        try digits.checkResumption(
            "gan", Self.small("gan") + ["--shared-images", "--comparison", "deviation"])
        try digits.checkResumption("acgan", Self.small("acgan") + ["--comparison", "discrimination"])
    }

    @Test func imagesThatAreSharedGiveAnotherModel() throws {
        for (run, options) in [("plain", []), ("shared", ["--shared-images"])] {
            try digits.succeed(
                digits.training("dcgan", run, Self.small("dcgan") + ["--steps", "2"] + options))
        }
        #expect(
            try digits.read("plain/checkpoint.safetensors") != digits.read("shared/checkpoint.safetensors"))
        expectRefusal(
            try Tool.run(digits.training("dcgan", "plain", ["--resume", "--steps", "3", "--shared-images"])),
            saying: ["--shared-images"])
    }

    @Test func weightsOfACriticStayWithinTheirBound() throws {
        try digits.succeed(
            digits.training("wgan", "run", Self.small("wgan") + ["--weight-bound", "0.003", "--steps", "3"]))
        let checkpoint = try Checkpoint(contentsOf: digits.path("run/checkpoint.safetensors"))
        let weights = checkpoint.tensors.filter { $0.key.hasPrefix("model.discriminator.") }
        #expect(weights.keys.contains { $0.hasSuffix("weight") })
        var extremes = 0
        for (name, weight) in weights where !name.contains("running") {
            let values = try weight.array(of: Float.self)
            #expect(values.allSatisfy { abs($0) <= 0.003 }, "\(name)")
            extremes += values.count { abs($0) == 0.003 }
        }
        #expect(extremes > 0)
    }

    @Test func eachOptionIsKeptAndMatters() throws {
        let options: [(option: [String], key: String, other: [String])] = [
            (["--loss", "least-squares"], "loss", ["--loss", "minimax"]),
            (["--critic-steps", "2"], "criticSteps", ["--critic-steps", "3"]),
            (["--penalty", "r1", "--normalization", "none"], "penalty", ["--penalty", "gradient"]),
            (["--drift", "0.5"], "drift", ["--drift", "1"]),
            (["--weight-bound", "0.02"], "weightBound", ["--weight-bound", "1"]),
            (["--smoothing", "0.3"], "smoothing", ["--smoothing", "0.2"]),
            (["--hidden", "9"], "hidden", ["--hidden", "0"]),
            (["--flipping", "0.5"], "flipping", ["--flipping", "0.1"]),
            (["--instance-noise", "0.5"], "instanceNoise", ["--instance-noise", "0.1"]),
            (["--critic-learning-rate", "0.5"], "criticLearningRate", ["--critic-learning-rate", "1"]),
            (["--critic-optimizer", "sgd"], "criticOptimizer", ["--critic-optimizer", "lion"]),
            (
                ["--instance-noise", "0.5", "--noise-updates", "3"], "noiseUpdates",
                ["--instance-noise", "0.1"]
            ),
            (
                ["--penalty", "r1", "--penalty-weight", "3", "--normalization", "none"], "penaltyWeight",
                ["--penalty", "none"]
            ),
            (["--normalization", "spectral"], "normalization", ["--normalization", "layer"]),
            (["--replay", "30"], "replay", ["--replay", "31"]),
            (["--comparison", "deviation"], "comparison", ["--comparison", "discrimination"]),
            (["--dropout", "0.5"], "dropout", ["--dropout", "0.2"]),
        ]
        let training = { (run: String, more: [String]) in
            digits.training("dcgan", run, Self.small("dcgan") + ["--steps", "2"] + more)
        }
        try digits.succeed(training("plain", []))
        func weights(_ run: String) throws -> [String: [Float]] {
            let checkpoint = try Checkpoint(contentsOf: digits.path("\(run)/checkpoint.safetensors"))
            return try checkpoint.tensors.filter { $0.key.hasPrefix("model.generator.") }
                .mapValues { try $0.array(of: Float.self) }
        }
        let plain = try weights("plain")
        let standard = try JSON(parsing: try digits.read("plain/config.json"))
        for (number, (option, key, other)) in options.enumerated() {
            let run = "run\(number)"
            try digits.succeed(training(run, option))
            // What an option adds to a checkpoint is no sign that it does something: the generator is.
            let own = try weights(run)
            #expect(key == "hidden" || own.keys == plain.keys)
            #expect(own != plain, "\(option)")
            #expect(
                try JSON(parsing: try digits.read("\(run)/config.json"))[key] != standard[key], "\(option)")
            expectRefusal(
                try Tool.run(digits.training("dcgan", run, ["--resume", "--steps", "3"] + other)),
                saying: [other[0], other[1]])
        }
    }

    @Test(arguments: [
        (["--critic-steps", "0"], ["--critic-steps", "0"]), (["--loss", "best"], ["--loss", "best"]),
        (["--penalty", "gradient"], ["--normalization"]), (["--flipping", "0.6"], ["--flipping", "0.6"]),
        (["--loss", "hinge", "--smoothing", "0.1"], ["hinge", "no labels"]),
        (["--weight-bound", "0"], ["--weight-bound", "0"]), (["--penalty-weight", "3"], ["--penalty"]),
        (["--noise-updates", "3"], ["--instance-noise"]),
        (["--loss", "wasserstein"], ["smooth", "--weight-bound"]),
        (["--mixed-batches", "--normalization", "none"], ["--mixed-batches"]),
        (["--critic-learning-rate", "-1"], ["--critic-learning-rate"]),
        (["--features", "0"], ["--features", "0"]), (["--dropout", "1"], ["--dropout"]),
        (["--replay", "-1"], ["--replay"]), (["--hidden", "-1"], ["--hidden"]),
        (["--mixed-batches", "--comparison", "deviation"], ["--comparison", "--mixed-batches"]),
        (["--comparison", "all"], ["--comparison", "all"]),
        (["--shared-images", "--critic-steps", "2"], ["--shared-images", "--critic-steps"]),
    ])
    func refusals(options: [String], words: [String]) throws {
        expectRefusal(
            try Tool.run(digits.training("dcgan", "run", options + ["--steps", "1"])), saying: words)
    }

    @Test(arguments: [("\"criticSteps\":1", "\"criticSteps\":0"), ("\"loss\":\"non-", "\"loss\":\"un-")])
    func damagedConfigurations(right: String, wrong: String) throws {
        try digits.succeed(digits.training("dcgan", "run", Self.small("dcgan") + ["--steps", "1"]))
        let path = digits.path("run/config.json")
        let text = try String(contentsOfFile: path, encoding: .utf8).replacing(": ", with: ":")
        #expect(text.contains(right))
        try text.replacing(right, with: wrong).write(toFile: path, atomically: true, encoding: .utf8)
        expectRefusal(
            try Tool.run(["sample", digits.path("run"), "--output", digits.path("x.png")]),
            saying: ["damaged"])
    }

    @Test("A run of a version that knew fewer options is read with these left out")
    func earlierVersions() throws {
        let run = digits.path("run")
        try digits.succeed(
            digits.training(
                "dcgan", "run", ["--features", "3", "--latents", "4", "--hidden", "0", "--steps", "2"]))
        let path = run + "/config.json"
        guard case .object(var entries) = try JSON(parsing: try digits.read("run/config.json")) else {
            Issue.record("config.json is no object")
            return
        }
        for key in ["replay", "sharedImages", "comparison", "dropout", "hidden"] {
            #expect(entries.removeValue(forKey: key) != nil)
        }
        try JSON.object(entries).description.write(toFile: path, atomically: true, encoding: .utf8)
        try digits.succeed(["sample", run, "--output", digits.path("drawn.png")])
        try digits.succeed(digits.training("dcgan", "run", ["--resume", "--steps", "4"]))
    }

    @Test func adamForOneAndGradientDescentForTheOther() throws {
        try digits.succeed(
            digits.training(
                "dcgan", "run", Self.small("dcgan") + ["--steps", "2", "--critic-optimizer", "sgd"]))
        let names = try Checkpoint(contentsOf: digits.path("run/checkpoint.safetensors")).tensors.keys
        #expect(names.contains { $0.hasPrefix("generator.adam.") })
        #expect(names.contains { $0.hasPrefix("discriminator.sgd.") })
        #expect(!names.contains { $0.hasPrefix("discriminator.adam.") || $0.hasPrefix("generator.sgd.") })
    }
}
