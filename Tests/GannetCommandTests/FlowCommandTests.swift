import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

/// Flows of pictures.
@Suite("The tool's flows")
struct FlowCommandTests {
    private let folder: TemporaryFolder
    private let data: String

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

    @Test(arguments: [("realnvp", 2), ("glow", 2), ("maf", 1)])
    func aFlowIsWhatWasAskedFor(model: String, levels: Int) throws {
        let options = ["--levels", "\(levels)", "--depth", "2", "--features", "6", "--alpha", "0.001"]
        try succeed(training(model, "run", options + ["--steps", "4"]))
        let configuration = try JSON(parsing: try folder.read("run/config.json"))
        for (key, value) in [
            ("levels", .integer(levels)), ("depth", 2), ("features", 6), ("alpha", 0.001),
        ] as [(String, JSON)] {
            #expect(configuration[key] == value, "\(key)")
        }
        for (option, value) in [("--depth", "3"), ("--features", "7"), ("--alpha", "0.01")] {
            expectRefusal(
                try Tool.run(training(model, "run", ["--resume", "--steps", "5", option, value])),
                saying: [option])
        }
        let run = path("run")
        let judged = try JSON(parsing: try succeed(["evaluate", run, "--json"]))
        #expect(judged["negativeLogLikelihoodBound"]?.doubleValue?.isFinite == true)
        #expect(judged["logDensityOfLogits"]?.doubleValue?.isFinite == true)
        #expect(try succeed(["evaluate", run]).contains("log-density"))
        for (name, temperature) in [("one.png", "1"), ("cold.png", "0.5"), ("again.png", "1")] {
            try succeed([
                "sample", run, "--count", "4", "--temperature", temperature, "--output", path(name),
            ])
        }
        #expect(try folder.read("one.png") == folder.read("again.png"))
        #expect(try folder.read("one.png") != folder.read("cold.png"))
        expectRefusal(try Tool.run(["sample", run, "--naive"]), saying: ["--naive"])
    }

    @Test(arguments: ["realnvp", "glow", "maf"])
    func aResumedRunIsAnUnbrokenOne(model: String) throws {
        for (run, steps) in [("whole", ["6"]), ("parts", ["4", "6"])] {
            for count in steps {
                try succeed(
                    training(
                        model, run,
                        [
                            "--depth", "1", "--features", "6", "--checkpoint-every", "2", "--resume",
                            "--steps", count,
                        ]))
            }
        }
        #expect(
            try folder.read("parts/checkpoint.safetensors") == folder.read("whole/checkpoint.safetensors"))
    }

    @Test(arguments: [
        ("realnvp", ["--levels", "5"], ["5 levels", "multiples of 16"]),
        ("glow", ["--levels", "4"], ["4 levels", "multiples of 16"]),
        ("glow", ["--levels", "0"], ["--levels", "0"]), ("maf", ["--levels", "2"], ["--levels", "2"]),
        ("maf", ["--depth", "0"], ["--depth", "0"]), ("realnvp", ["--alpha", "0.5"], ["--alpha", "0.5"]),
    ])
    func refusals(model: String, options: [String], words: [String]) throws {
        expectRefusal(try Tool.run(training(model, "run", options + ["--steps", "1"])), saying: words)
    }
}
