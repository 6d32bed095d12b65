import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

@Suite("WaveNet in the tool")
struct WaveNetCommandTests {
    let folder: TemporaryFolder
    let data: String

    init() throws {
        folder = try TemporaryFolder()
        data = folder.path + "/sounds"
        for part in ["train", "test"] {
            for number in 0..<6 {
                let name = "\(data)/\(part)/\(number % 2 == 0 ? "low" : "high")"
                try FileManager.default.createDirectory(atPath: name, withIntermediateDirectories: true)
                let samples = (0..<70).map {
                    Float(sin(Double($0 * (1 + number % 2)) * 0.3 + Double(number)))
                }
                try Sound(samples: samples, samplingRate: 4000).write(to: "\(name)/\(number).wav")
            }
        }
    }

    private static let small = [
        "--length", "32", "--stacks", "1", "--layers", "3", "--features", "4", "--skip-features", "8",
    ]

    private func train(_ run: String, _ options: String..., small: [String] = small) throws -> Tool.Result {
        try Tool.run(
            ["train", "wavenet", "--data", data, "--batch-size", "5", "--output", folder.path + "/" + run]
                + small + options)
    }

    private func sounds(_ names: String...) throws -> [Sound] {
        try names.map { try Sound(contentsOf: folder.path + "/" + $0) }
    }

    @Test(arguments: [false, true])
    func aRunLeavesItsFilesAndCanBeUsed(isConditional: Bool) throws {
        let result = try train(
            "run", "--epochs", "2", small: Self.small + (isConditional ? ["--conditional"] : []))
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("12 sounds") && result.output.contains("nats per sound"))
        let run = folder.path + "/run"
        let configuration = try JSON(parsing: try folder.read("run/config.json"))
        #expect(configuration["model"]?.stringValue == "wavenet" && configuration["length"] == 32)
        #expect(configuration["samplingRate"] == 4000)
        #expect(configuration["classes"]?.integerValue == (isConditional ? 2 : nil))
        let files = try FileManager.default.contentsOfDirectory(atPath: run + "/samples").sorted()
        #expect(
            files == ["step-000003", "step-000006"].flatMap { step in (1...4).map { "\(step)-\($0).wav" } })
        let sample = try sounds("run/samples/step-000006-4.wav")[0]
        #expect(sample.samples.count == 32 && sample.samplingRate == 4000)

        let evaluation = try Tool.run(["evaluate", run, "--json"])
        #expect(evaluation.status == 0, "\(evaluation.errors)")
        let figures = try JSON(parsing: Array(evaluation.output.utf8))
        let nats = try #require(figures["negativeLogLikelihood"]?.doubleValue)
        let bits = try #require(figures["bitsPerDimension"]?.doubleValue)
        #expect(figures["sounds"] == 12 && abs(bits - nats / 32 / log(2)) < 1e-9)
        #expect(bits > 1 && bits < 9)
        #expect(try Tool.run(["evaluate", run]).output.contains("bits per dimension"))

        for (command, words) in [
            (["reconstruct", run], ["WaveNet", "encoder"]), (["complete", run, "--rows", "3"], ["WaveNet"]),
            (["classify", run], ["WaveNet"]),
            (["sample", run, "--sampler-steps", "4"], ["--sampler-steps", "diffusion"]),
            (["evaluate", run, "--data", "glyphs"], ["glyphs", "sounds"]),
            (["evaluate", run, "--data", "tones"], ["8000", "4000"]),
        ] { expectRefusal(try Tool.run(command), saying: words) }
    }

    @Test func soundsAreMadeSampleBySample() throws {
        #expect(try train("run", "--steps", "3", "--conditional").status == 0)
        let run = folder.path + "/run"
        func draw(_ name: String, _ options: String...) throws -> Tool.Result {
            try Tool.run(["sample", run, "--seed", "5", "--output", folder.path + "/" + name] + options)
        }
        #expect(try draw("cached.wav", "--count", "2", "--length", "41").status == 0)
        #expect(try draw("naive.wav", "--count", "2", "--length", "41", "--naive").status == 0)
        let cached = try sounds("cached-1.wav", "cached-2.wav")
        #expect(try sounds("naive-1.wav", "naive-2.wav") == cached && cached[0] != cached[1])
        #expect(cached[0].samples.count == 41 && cached[0].samplingRate == 4000)
        #expect(try draw("cold.wav", "--count", "1", "--seconds", "0.01", "--temperature", "0.2").status == 0)
        let cold = try sounds("cold.wav")[0]
        #expect(cold.samples.count == 40 && cold.samples != Array(cached[0].samples.prefix(40)))
        #expect(
            try Tool.run(["sample", run]).output.contains("\(run)/samples-1.wav to \(run)/samples-4.wav"))
        for (options, words) in [
            (["--length", "0"], ["--length", "0"]), (["--seconds", "nan"], ["--seconds", "nan"]),
            (["--length", "3", "--seconds", "3"], ["--length", "--seconds"]),
            (["--seconds", "0.0001"], ["samples"]), (["--length", "99999999", "--count", "2"], ["99999999"]),
            (["--length", "5", "--sampler", "ddim"], ["--length", "--sampler"]),
        ] { expectRefusal(try Tool.run(["sample", run] + options), saying: words) }
    }

    @Test func aRunThatWasStoppedEndsAsOneThatWasNot() throws {
        func state(_ run: String) throws -> [[UInt8]] {
            try ["checkpoint.safetensors", "samples/step-000006-2.wav"].map {
                try folder.read("\(run)/\($0)")
            }
        }
        #expect(try train("whole", "--epochs", "2").status == 0)
        #expect(try train("parts", "--steps", "4").status == 0)
        // What is not said again is as it was.
        let rest = try train("parts", "--epochs", "2", "--resume", small: [])
        #expect(rest.status == 0 && rest.errors.contains("Resuming after step 4"), "\(rest.errors)")
        #expect(try state("parts") == state("whole"))
        for (options, words) in [
            (["--length", "16"], ["--length", "16", "32"]), (["--stacks", "2"], ["--stacks", "2", "1"]),
            (["--conditional"], ["--conditional"]), (["--data", "tones"], ["8000", "4000"]),
        ] {
            expectRefusal(
                try Tool.run(
                    ["train", "wavenet", "--resume", "--epochs", "3", "--output", folder.path + "/parts"]
                        + options), saying: words)
        }
        #expect(try state("parts") == state("whole"))
    }

    @Test func tonesAreWhatItIsTrainedOnUnlessItIsTold() throws {
        let run = folder.path + "/run"
        let options = ["train", "wavenet", "--steps", "1", "--output", run] + Self.small
        let result = try Tool.run(options + ["--batch-size", "2", "--length", "2048"])
        #expect(result.status == 0 && result.errors.contains("960 sounds of tones"), "\(result.errors)")
        let figures = try Tool.run(["evaluate", run, "--json"]).output
        #expect(try JSON(parsing: Array(figures.utf8))["sounds"] == 96)
    }

    @Test func whatMakesNoSenseForSoundsIsRefused() throws {
        let plain = folder.path + "/plain"
        try FileManager.default.createDirectory(atPath: plain, withIntermediateDirectories: true)
        try Sound(samples: [0, 0.5, 0], samplingRate: 8000).write(to: plain + "/a.wav")
        for (options, words) in [
            (["--image-size", "8"], ["--image-size"]), (["--binarize", "sampled"], ["--binarize"]),
            (["--data", "glyphs"], ["glyphs", "sounds"]), (["--length", "0"], ["--length", "0"]),
            (["--layers", "17"], ["--layers", "17"]),
            (["--features", "1024", "--stacks", "100"], ["weights"]),
            (["--data", plain, "--conditional"], ["--conditional", plain]),
            (["--data", folder.path + "/none"], [folder.path + "/none"]),
        ] {
            let run = folder.path + "/run"
            expectRefusal(try Tool.run(["train", "wavenet", "--output", run] + options), saying: words)
            #expect(!FileManager.default.fileExists(atPath: run))
        }
        // And what makes none for pictures.
        for (options, words) in [
            (["--conditional"], ["--conditional"]), (["--length", "3"], ["--length"]),
            (["--data", "tones"], ["tones", "pictures"]), (["--data", data], ["pictures"]),
        ] {
            let command = ["train", "vae", "--output", folder.path + "/run"] + options
            expectRefusal(try Tool.run(command), saying: words)
        }
    }
}
