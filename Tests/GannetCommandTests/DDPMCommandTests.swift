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

        // What is there already becomes what is asked for, too.
        func changed(_ command: [String], _ options: String...) throws -> [UInt8] {
            let path = folder.path + "/changed.png"
            let result = try Tool.run(
                command + [run, "--count", "1", "--sampler-steps", "5", "--output", path] + options)
            #expect(result.status == 0, "\(result.errors)")
            return try Bitmap(png: path).pixels
        }
        for command in [["vary", "--versions", "2"], ["complete", "--rows", "2", "--completions", "2"]] {
            let whichever = try changed(command)
            let third = try changed(command, "--class", "3")
            #expect(whichever != third)
            #expect(try third != changed(command, "--class", "3", "--guidance", "2"))
            expectRefusal(try Tool.run(command + [run, "--class", "10"]), saying: ["--class", "10", "9"])
        }
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

    @Test(arguments: TestDevices.kinds)
    func aResumedRunIsAnUnbrokenOne(device: String) throws {
        let options = Self.everything + ["--checkpoint-every", "2", "--device", device]
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

    /// What differs from device to device in the last bits stays small over fifty evaluations of the network.
    @Test(.enabled(if: TestDevices.all.count > 1, "there is no OpenCL device"))
    func devicesDrawTheSamePictures() throws {
        let trained = try Tool.run(
            training("run", ["--features", "8,16", "--steps", "150", "--ema", "0.9", "--device", "cpu"]))
        #expect(trained.status == 0, "\(trained.errors)")
        let grids = try TestDevices.kinds.map { device in
            let path = folder.path + "/\(device).png"
            let drawn = try Tool.run([
                "sample", folder.path + "/run", "--count", "64", "--seed", "3", "--sampler", "ddim",
                "--sampler-steps", "50", "--device", device, "--output", path,
            ])
            #expect(drawn.status == 0, "\(drawn.errors)")
            return try Bitmap(png: path).pixels
        }
        let differences = zip(grids[0], grids[1]).map { abs(Int($0) - Int($1)) }
        #expect(differences.count { $0 > 2 } * 1000 <= differences.count)
        // They are pictures, and not one grey.
        #expect(Set(grids[0]).count > 50)
    }

    @Test func picturesAreGuidedAwayFromWhatAWeakerModelMakes() throws {
        for (name, options) in [
            ("run", ["--steps", "6"]), ("weak", ["--steps", "3"]),
            ("other", ["--steps", "1", "--prediction", "image"]),
        ] {
            let trained = try Tool.run(
                training(name, ["--timesteps", "40", "--features", "8,16", "--ema", "0.5"] + options))
            #expect(trained.status == 0, "\(trained.errors)")
        }
        let (run, weak) = (folder.path + "/run", folder.path + "/weak")
        func drawn(_ options: String...) throws -> [UInt8] {
            let path = folder.path + "/picture.png"
            let result = try Tool.run(
                ["sample", run, "--count", "4", "--sampler-steps", "3", "--output", path] + options)
            #expect(result.status == 0, "\(result.errors)")
            return try Bitmap(png: path).pixels
        }
        let plain = try drawn()
        let led = try drawn("--weaker", weak)
        #expect(led != plain)
        #expect(try led == drawn("--weaker", weak, "--guidance", "1"))
        #expect(try plain == drawn("--weaker", weak, "--guidance", "0"))
        for folder in [folder.path + "/other", folder.path + "/none"] {
            expectRefusal(try Tool.run(["sample", run, "--weaker", folder]), saying: [folder])
        }
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
            "--visits", "3",
        ])
        for row in 0..<4 {
            let start = (row + 2) * completed.width + 2 + 10
            #expect(Array(completed.pixels[start..<start + 8]) == (0..<8).map { UInt8((row * 8 + $0) * 4) })
        }
        expectRefusal(try Tool.run(["vary", run, "--strength", "0"]), saying: ["--strength", "0"])
        for command in [["vary"], ["complete", "--rows", "4"]] {
            expectRefusal(
                try Tool.run(command + [run, "--guidance", "1"]), saying: ["--guidance", "--class"])
            expectRefusal(try Tool.run(command + [run, "--class", "1"]), saying: ["--class", "not told"])
        }
        expectRefusal(try Tool.run(["vary", run, "--toward", given]), saying: ["--toward", "--image"])
        for (option, value) in [("--temperature", "0.5"), ("--visits", "0")] {
            expectRefusal(try Tool.run(["complete", run, "--rows", "4", option, value]), saying: [option])
        }
        expectRefusal(
            try Tool.run(["complete", run, "--rows", "4", "--visits", "2", "--sampler", "dpm-solver"]),
            saying: ["--visits", "dpm-solver"])
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
