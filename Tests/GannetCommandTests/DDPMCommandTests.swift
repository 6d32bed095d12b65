import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

/// What can be said of diffusion models, and what they can do that others cannot.
@Suite("The tool's diffusion models")
struct DDPMCommandTests {
    private let folder: TemporaryFolder
    private let data: String

    init() throws {
        folder = try TemporaryFolder()
        data = try folder.writeDigits(training: 40, test: 16, side: 8)
    }

    private func training(_ run: String, _ options: [String]) -> [String] {
        ["train", "ddpm", "--data", data, "--batch-size", "8", "--output", folder.path + "/" + run] + options
    }

    private static let everything = [
        "--schedule", "cosine", "--timesteps", "30", "--prediction", "velocity", "--variance", "learned",
        "--importance", "--classes", "--features", "8,16", "--blocks", "1", "--attention", "1", "--dropout",
        "0.1",
    ]

    @Test func aModelIsWhatWasAskedFor() throws {
        let trained = try Tool.run(training("run", Self.everything + ["--steps", "3"]))
        #expect(trained.status == 0, "\(trained.errors)")
        let run = folder.path + "/run"
        let configuration = try JSON(parsing: try folder.read("run/config.json"))
        for (key, value) in [
            ("noiseSchedule", "cosine"), ("timesteps", 30), ("prediction", "velocity"),
            ("variance", "learned"),
            ("objective", "hybrid"), ("importance", true), ("classes", 10), ("features", [8, 16]),
            ("attention", [1]),
        ] as [(String, JSON)] {
            #expect(configuration[key] == value, "\(key)")
        }
        #expect(configuration["ema"]?.doubleValue == 0.999)

        func draw(_ name: String, _ options: String...) throws -> [UInt8] {
            let path = folder.path + "/\(name).png"
            let result = try Tool.run(["sample", run, "--count", "4", "--output", path] + options)
            #expect(result.status == 0, "\(result.errors)")
            return try Bitmap(png: path).pixels
        }
        let plain = try draw("plain", "--sampler-steps", "5")
        #expect(try draw("class", "--sampler-steps", "5", "--class", "3") != plain)
        #expect(try draw("ddpm", "--sampler", "ddpm") != plain)
        #expect(try draw("solver", "--sampler", "dpm-solver", "--sampler-steps", "5") != plain)
        _ = try draw("guided", "--class", "3", "--guidance", "2")
        expectRefusal(try Tool.run(["sample", run, "--class", "10"]), saying: ["--class", "10", "9"])
        expectRefusal(
            try Tool.run(["sample", run, "--sampler-steps", "31"]), saying: ["--sampler-steps", "31"])

        // Resumed as it was, and not otherwise.
        let resumed = try Tool.run(training("run", ["--resume", "--steps", "5"]))
        #expect(resumed.status == 0, "\(resumed.errors)")
        for (option, value) in [
            ("--schedule", "linear"), ("--timesteps", "31"), ("--prediction", "noise"), ("--loss", "bound"),
            ("--features", "8,8"), ("--attention", "0"), ("--dropout", "0.2"),
        ] {
            expectRefusal(
                try Tool.run(training("run", ["--resume", "--steps", "6", option, value])),
                saying: [option, value])
        }
    }

    @Test func aResumedRunIsAnUnbrokenOne() throws {
        let options = Self.everything + ["--checkpoint-every", "2"]
        for (run, steps) in [("whole", ["6"]), ("parts", ["4", "6"])] {
            for count in steps {
                let result = try Tool.run(
                    training(run, options + ["--resume", "--steps", count, "--learning-rate", "1e-3"]))
                #expect(result.status == 0, "\(result.errors)")
            }
        }
        #expect(
            try folder.read("parts/checkpoint.safetensors") == folder.read("whole/checkpoint.safetensors"))
    }

    @Test func picturesAreShownVariedAndCompleted() throws {
        let trained = try Tool.run(
            training("run", ["--timesteps", "40", "--features", "8,16", "--steps", "3"]))
        #expect(trained.status == 0, "\(trained.errors)")
        let run = folder.path + "/run"
        func picture(_ command: [String]) throws -> Bitmap {
            let path = folder.path + "/picture.png"
            let result = try Tool.run(command + [run, "--output", path])
            #expect(result.status == 0, "\(result.errors)")
            return try Bitmap(png: path)
        }
        let animation = folder.path + "/animated.png"
        let way = try picture(["denoise", "--count", "3", "--columns", "5", "--animation", animation])
        #expect((way.width, way.height) == (5 * 10 + 2, 3 * 10 + 2))
        #expect(try Data(contentsOf: URL(fileURLWithPath: animation)).range(of: Data("acTL".utf8)) != nil)
        expectRefusal(
            try Tool.run(["denoise", run, "--sampler-steps", "4", "--columns", "9"]),
            saying: ["--columns", "9", "5"])

        let given = folder.path + "/given.png"
        try Bitmap(width: 8, height: 8, channels: 1, pixels: (0..<64).map { UInt8($0 * 4) }).write(to: given)
        let varied = try picture(["vary", "--image", given, "--versions", "3", "--strength", "0.5"])
        #expect((varied.width, varied.height) == (4 * 10 + 2, 10 + 2))
        #expect(try picture(["vary", "--count", "2", "--versions", "2"]).height == 2 * 10 + 2)
        let between = try picture(["vary", "--image", given, "--toward", given, "--versions", "3"])
        #expect(between.width == 5 * 10 + 2)
        let completed = try picture([
            "complete", "--image", given, "--rows", "4", "--completions", "2", "--sampler-steps", "5",
        ])
        for row in 0..<4 {
            let start = (row + 2) * completed.width + 2 + 10
            #expect(Array(completed.pixels[start..<start + 8]) == (0..<8).map { UInt8((row * 8 + $0) * 4) })
        }
        expectRefusal(try Tool.run(["vary", run, "--strength", "0"]), saying: ["--strength", "0"])
        expectRefusal(try Tool.run(["vary", run, "--guidance", "1"]), saying: ["--guidance"])
        expectRefusal(
            try Tool.run(["complete", run, "--rows", "4", "--guidance", "1"]), saying: ["--guidance"])
        expectRefusal(try Tool.run(["vary", run, "--toward", given]), saying: ["--toward", "--image"])
        expectRefusal(
            try Tool.run(["complete", run, "--rows", "4", "--temperature", "0.5"]), saying: ["--temperature"])
    }

    @Test(arguments: [
        (["--schedule", "square"], ["--schedule", "square"]), (["--timesteps", "0"], ["--timesteps", "0"]),
        (["--features", "8,x"], ["--features", "8,x"]), (["--features", "4"], ["--features", "4"]),
        (["--features", "8,8,8,8,8"], ["[8, 8, 1]"]), (["--attention", "3"], ["--attention", "3"]),
        (["--loss", "hybrid"], ["--loss", "--variance"]),
        (["--loss", "simple", "--variance", "learned"], ["--loss", "--variance"]),
        (["--dropout", "1"], ["--dropout", "1"]),
    ])
    func optionsThatMakeNoSense(options: [String], words: [String]) throws {
        expectRefusal(try Tool.run(training("run", options)), saying: words)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/run"))
    }
}
