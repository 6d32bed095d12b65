import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

/// Flows of pictures.
@Suite("The tool's flows")
struct FlowCommandTests {
    private let digits: DigitsFolder

    init() throws { digits = try DigitsFolder() }

    @Test(arguments: [("realnvp", 2), ("glow", 2), ("maf", 1)])
    func aFlowIsWhatWasAskedFor(model: String, levels: Int) throws {
        let options = ["--levels", "\(levels)", "--depth", "2", "--features", "6", "--alpha", "0.001"]
        try digits.succeed(digits.training(model, "run", options + ["--steps", "4"]))
        let configuration = try JSON(parsing: try digits.read("run/config.json"))
        for (key, value) in [
            ("levels", .integer(levels)), ("depth", 2), ("features", 6), ("alpha", 0.001),
        ] as [(String, JSON)] {
            #expect(configuration[key] == value, "\(key)")
        }
        for (option, value) in [("--depth", "3"), ("--features", "7"), ("--alpha", "0.01")] {
            expectRefusal(
                try Tool.run(digits.training(model, "run", ["--resume", "--steps", "5", option, value])),
                saying: [option])
        }
        let run = digits.path("run")
        let judged = try JSON(parsing: try digits.succeed(["evaluate", run, "--json"]))
        #expect(judged["negativeLogLikelihoodBound"]?.doubleValue?.isFinite == true)
        #expect(judged["logDensityOfLogits"]?.doubleValue?.isFinite == true)
        #expect(try digits.succeed(["evaluate", run]).contains("log-density"))
        for (name, temperature) in [("one.png", "1"), ("cold.png", "0.5"), ("again.png", "1")] {
            try digits.succeed([
                "sample", run, "--count", "4", "--temperature", temperature, "--output", digits.path(name),
            ])
        }
        #expect(try digits.read("one.png") == digits.read("again.png"))
        #expect(try digits.read("one.png") != digits.read("cold.png"))
        expectRefusal(try Tool.run(["sample", run, "--naive"]), saying: ["--naive"])
    }

    @Test(arguments: ["realnvp", "glow", "maf"])
    func aResumedRunIsAnUnbrokenOne(model: String) throws {
        try digits.checkResumption(model, ["--depth", "1", "--features", "6"])
    }

    @Test(arguments: [
        ("realnvp", ["--levels", "5"], ["5 levels", "multiples of 16"]),
        ("glow", ["--levels", "4"], ["4 levels", "multiples of 16"]),
        ("glow", ["--levels", "0"], ["--levels", "0"]), ("maf", ["--levels", "2"], ["--levels", "2"]),
        ("maf", ["--depth", "0"], ["--depth", "0"]), ("realnvp", ["--alpha", "0.5"], ["--alpha", "0.5"]),
    ])
    func refusals(model: String, options: [String], words: [String]) throws {
        expectRefusal(try Tool.run(digits.training(model, "run", options + ["--steps", "1"])), saying: words)
    }
}
