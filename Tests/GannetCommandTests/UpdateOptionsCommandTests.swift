import Foundation
import Gannet
import GannetTestSupport
import Testing

/// The options of `gannet train` that say how weights are updated.
@Suite("Updates with the tool")
struct UpdateOptionsCommandTests {
    let folder: TemporaryFolder
    let data: String

    init() throws {
        folder = try TemporaryFolder()
        data = try folder.writeDigits()
    }

    private func training(_ run: String, _ options: [String]) -> [String] {
        [
            "train", "vae", "--data", data, "--batch-size", "16", "--output", folder.path + "/" + run,
        ] + options
    }

    private static let everything = [
        "--optimizer", "adamw", "--weight-decay", "0.1", "--learning-rate-schedule", "cosine", "--warmup",
        "2", "--clip",
        "1.5",
        "--ema", "0.9", "--accumulate", "2", "--precision", "float16", "--steps", "9", "--beta1", "0.8",
    ]

    @Test func aResumedRunKeepsItsOptions() throws {
        let whole = try Tool.run(training("whole", Self.everything))
        #expect(whole.status == 0, "\(whole.errors)")
        let configuration = try JSON(parsing: try folder.read("whole/config.json"))
        #expect(configuration["optimizer"] == "adamw" && configuration["learningRateSchedule"] == "cosine")
        #expect(configuration["warmup"] == 2 && configuration["accumulate"] == 2)
        #expect(configuration["ema"]?.doubleValue == 0.9 && configuration["clip"]?.doubleValue == 1.5)
        #expect(configuration["precision"] == "float16" && configuration["beta1"]?.doubleValue == 0.8)
        // The run as it was after its fifth step: the schedule is that of nine.
        let stopped = try Tool.start(training("parts", Self.everything + ["--checkpoint-every", "1"]))
        while stopped.process.isRunning,
            !FileManager.default.fileExists(atPath: folder.path + "/parts/checkpoint.safetensors")
        { usleep(500) }
        stopped.send(SIGINT)
        _ = try stopped.finish()
        let resumed = try Tool.run(["train", "vae", "--resume", "--output", folder.path + "/parts"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(
            try folder.read("parts/checkpoint.safetensors") == folder.read("whole/checkpoint.safetensors"))
        #expect(try Tool.run(["sample", folder.path + "/whole", "--count", "4"]).status == 0)
    }

    @Test(arguments: ["sgd", "rmsprop", "lion"])
    func otherRules(name: String) throws {
        let result = try Tool.run(
            training(name, ["--optimizer", name, "--steps", "2", "--learning-rate", "1e-4"]))
        #expect(result.status == 0, "\(result.errors)")
        let resumed = try Tool.run(training(name, ["--resume", "--steps", "3", "--optimizer", "adam"]))
        expectRefusal(resumed, saying: ["checkpoint", "another optimizer"])
    }

    /// The decays of Adam's averages are as said, and by default those of its paper; Lion's, too.
    @Test(arguments: [("adam", "0.999"), ("adamw", "0.999"), ("lion", "0.99")])
    func decaysOfAverages(rule: String, second: String) throws {
        func weights(_ run: String, _ options: [String]) throws -> [UInt8] {
            let result = try Tool.run(training(run, ["--optimizer", rule, "--steps", "3"] + options))
            #expect(result.status == 0, "\(result.errors)")
            return try folder.read(run + "/checkpoint.safetensors")
        }
        let standard = try weights("standard", [])
        #expect(try weights("said", ["--beta1", "0.9", "--beta2", second]) == standard)
        #expect(try weights("first", ["--beta1", "0.5"]) != standard)
        #expect(try weights("second", ["--beta2", "0.5"]) != standard)
    }

    /// GANs have decays of their own, unless others are said; both networks' optimizers have them.
    @Test(arguments: [("dcgan", "0.5", "0.999"), ("wgan-gp", "0.5", "0.9")])
    func decaysOfGANs(model: String, first: String, second: String) throws {
        func weights(_ run: String, _ options: [String]) throws -> [UInt8] {
            let arguments =
                ["train", model, "--data", data, "--batch-size", "10", "--steps", "2", "--features", "4"]
                + ["--hidden", "0", "--output", folder.path + "/" + run]
            let result = try Tool.run(arguments + options)
            #expect(result.status == 0, "\(result.errors)")
            return try folder.read(run + "/checkpoint.safetensors")
        }
        let standard = try weights("standard", [])
        #expect(try weights("said", ["--beta1", first, "--beta2", second]) == standard)
        #expect(try weights("first", ["--beta1", "0.9"]) != standard)
        #expect(try weights("second", ["--beta2", "0.5"]) != standard)
    }

    @Test(arguments: [
        (["--optimizer", "sgdd"], ["--optimizer", "sgdd"]),
        (["--clip", "0"], ["gradients", "0"]),
        (["--ema", "1"], ["averages", "1"]),
        (["--accumulate", "0"], ["batches", "0"]),
        (["--warmup=-1"], ["warm-up", "-1"]),
        (["--weight-decay", "nan"], ["weight decay", "nan"]),
        (["--beta1", "1"], ["--beta1", "1.0", "below 1"]),
        (["--beta2", "nan"], ["--beta2", "nan", "below 1"]),
        (["--optimizer", "rmsprop", "--beta2", "0.9"], ["--beta2", "RMSProp"]),
        (["--precision", "float8"], ["--precision", "float8"]),
        (["--learning-rate-schedule", "sine"], ["--learning-rate-schedule", "sine"]),
    ])
    func optionsThatMakeNoSense(options: [String], words: [String]) throws {
        expectRefusal(try Tool.run(training("run", options)), saying: words)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/run"))
    }
}
