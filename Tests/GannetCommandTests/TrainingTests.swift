import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

@Suite("Training with the tool")
struct TrainingTests {
    let folder: TemporaryFolder
    let data: String

    init() throws {
        folder = try TemporaryFolder()
        data = try folder.writeDigits()
    }

    private func training(_ run: String, _ options: String...) -> [String] {
        [
            "train", "vae", "--data", data, "--batch-size", "16", "--seed", "1", "--output",
            folder.path + "/" + run,
        ]
            + options
    }

    /// The files of a run that must not depend on how often it was stopped.
    private func state(_ run: String) throws -> [[UInt8]] {
        try ["checkpoint.safetensors", "best.safetensors", "metrics.jsonl", "loss.svg"].map {
            try folder.read("\(run)/\($0)")
        }
    }

    @Test func aRunLeavesItsFilesAndCanBeUsed() throws {
        let result = try Tool.run(training("run", "--epochs", "2"))
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("negative ELBO"))
        #expect(result.errors.contains("epoch 2/2"))
        #expect(!result.errors.contains("\u{1B}"), "no terminal codes where there is no terminal")
        let run = folder.path + "/run"
        let files = try FileManager.default.contentsOfDirectory(atPath: run)
        #expect(files.filter { $0.hasPrefix("events.out.tfevents.") }.count == 1)
        let names = Set(files.filter { !$0.hasPrefix("events.") })
        #expect(
            names == [
                "config.json", "metrics.jsonl", "checkpoint.safetensors", "best.safetensors", "samples",
                "loss.svg",
            ])
        let configuration = try JSON(parsing: try folder.read("run/config.json"))
        #expect(configuration["model"]?.stringValue == "vae")
        #expect(configuration["batchSize"]?.integerValue == 16)
        let pictures = try FileManager.default.contentsOfDirectory(atPath: run + "/samples").sorted()
        #expect(pictures == ["step-000006.png", "step-000012.png"])
        #expect(try Bitmap(png: run + "/samples/step-000012.png").width == 242)

        let evaluation = try Tool.run(["evaluate", run, "--json"])
        #expect(evaluation.status == 0, "\(evaluation.errors)")
        let figures = try JSON(parsing: Array(evaluation.output.utf8))
        let bound = try #require(figures["negativeELBO"]?.doubleValue)
        #expect(bound > 0 && bound < 784)
        let bits = try #require(figures["bitsPerDimensionBound"]?.doubleValue)
        #expect(abs(bits - bound / (784 * log(2))) < 1e-9 && figures["bitsPerDimension"] == nil)
        let words = try Tool.run(["evaluate", run]).output
        #expect(words.contains("nats per picture, at most 0.") && words.contains(" bits per dimension, over"))
        #expect(figures["pictures"]?.integerValue == 40)
        #expect(try Tool.run(["evaluate", run, "--json"]).output == evaluation.output)

        let samples = folder.path + "/samples.png"
        #expect(
            try Tool.run(["sample", run, "--count", "7", "--seed", "3", "--output", samples]).status == 0)
        let grid = try Bitmap(png: samples)
        #expect(grid.width == 92 && grid.height == 92 && grid.channels == 1)
        let reconstructions = folder.path + "/reconstructions.png"
        let reconstruct = ["reconstruct", run, "--count", "12", "--output", reconstructions]
        #expect(try Tool.run(reconstruct).status == 0)
        let rows = try Bitmap(png: reconstructions)
        #expect(rows.width == 302 && rows.height == 122)
        expectRefusal(try Tool.run(["sample", run, "--output", run + "/none/x.png"]), saying: ["none/x.png"])
    }

    @Test func anExistingRunIsLeftUntouched() throws {
        #expect(try Tool.run(training("run", "--steps", "2")).status == 0)
        let before = try state("run") + [folder.read("run/config.json")]
        expectRefusal(try Tool.run(training("run", "--steps", "3")), saying: ["run", "--resume", "--output"])
        expectRefusal(
            try Tool.run(training("run", "--steps", "3", "--resume") + ["--batch-size", "17"]),
            saying: ["batch size", "16", "17"])
        #expect(try state("run") + [folder.read("run/config.json")] == before)
    }

    @Test func otherDataAreRefused() throws {
        #expect(try Tool.run(training("run", "--steps", "2")).status == 0)
        let before = try state("run")
        let pixels = try folder.read("train-images-idx3-ubyte")
        try folder.write(pixels.dropLast() + [pixels.last! ^ 1], "train-images-idx3-ubyte")
        expectRefusal(
            try Tool.run(training("run", "--steps", "3", "--resume")),
            saying: [folder.path + "/run", "other data"])
        #expect(try state("run") == before)
        try folder.write(pixels, "train-images-idx3-ubyte")
        #expect(try Tool.run(training("run", "--steps", "3", "--resume")).status == 0)
    }

    @Test func evaluationsAndCheckpointsAsOftenAsAsked() throws {
        let result = try Tool.run(
            training("run", "--steps", "7", "--evaluate-every", "3", "--checkpoint-every", "2"))
        #expect(result.status == 0, "\(result.errors)")
        let log = String(decoding: try folder.read("run/metrics.jsonl"), as: UTF8.self)
        let evaluated = try log.split(separator: "\n").map { try JSON(parsing: String($0)) }
            .filter { $0["negativeLogLikelihoodBound"] != nil }.map { $0["step"]?.integerValue }
        #expect(evaluated == [3, 6, 7])
        let configuration = try JSON(parsing: try folder.read("run/config.json"))
        #expect(configuration["evaluateEvery"] == 3 && configuration["checkpointEvery"] == 2)
        for (options, words) in [
            (["--evaluate-every", "0"], ["evaluation interval", "0"]),
            (["--checkpoint-every", "0"], ["checkpoint interval", "0"]),
        ] {
            expectRefusal(try Tool.run(training("other") + options), saying: words)
        }
    }

    @Test func whatIsNotFiniteIsNamed() throws {
        #expect(try Tool.run(training("run", "--steps", "6")).status == 0)
        let before = try folder.read("run/checkpoint.safetensors")
        let result = try Tool.run(training("run", "--steps", "40", "--resume", "--learning-rate", "1e30"))
        expectRefusal(
            result, saying: ["in step 8", "the first value that is not finite is", "finite", "Resume"])
        #expect(result.status == 1)
        #expect(try folder.read("run/checkpoint.safetensors") == before)
        #expect(try Tool.run(["sample", folder.path + "/run", "--count", "1"]).status == 0)
    }

    @Test func resumingWithoutACheckpointStartsAnew() throws {
        #expect(try Tool.run(training("run", "--steps", "2", "--resume")).status == 0)
        #expect(try Tool.run(training("other", "--steps", "2")).status == 0)
        #expect(try state("run") == state("other"))
    }

    @Test func damagedRunsAreRefused() throws {
        #expect(try Tool.run(training("run", "--steps", "1")).status == 0)
        let run = folder.path + "/run"
        let checkpoint = try folder.read("run/checkpoint.safetensors")
        let configuration = String(decoding: try folder.read("run/config.json"), as: UTF8.self)
        for damaged in [[], Array(checkpoint.prefix(7)), Array(checkpoint.dropLast(9)), [255] + checkpoint] {
            try folder.write(damaged, "run/checkpoint.safetensors")
            expectRefusal(try Tool.run(["sample", run]), saying: ["checkpoint"])
            expectRefusal(try Tool.run(training("run", "--steps", "2", "--resume")), saying: ["checkpoint"])
        }
        try folder.write(checkpoint, "run/checkpoint.safetensors")
        for (old, new) in [
            ("20", "0"), ("20", "-1"), ("20", "65535"), ("400", "9223372036854775807"), ("vae", "gan"),
            ("{", "["),
            ("28", "27"), ("400", "401"),
        ] {
            try folder.write(Array(configuration.replacing(old, with: new).utf8), "run/config.json")
            expectRefusal(try Tool.run(["sample", run]), saying: [])
        }
    }

    /// Waits for a file of a run. The thread sleeps itself, for a task would not be woken in time while other
    /// tests keep all threads.
    private func wait(for name: String, of running: Tool.Running) {
        while running.process.isRunning, !FileManager.default.fileExists(atPath: folder.path + "/" + name) {
            usleep(1_000)
        }
    }

    /// With other numbers of threads, too.
    @Test func aKilledRunResumesToTheSameBytes() throws {
        let whole = try Tool.run(training("whole", "--epochs", "30"), environment: ["GANNET_THREADS": "1"])
        #expect(whole.status == 0, "\(whole.errors)")
        let broken = try Tool.start(
            training("broken", "--epochs", "30"), environment: ["GANNET_THREADS": "2"])
        wait(for: "broken/checkpoint.safetensors", of: broken)
        broken.send(SIGKILL)
        let killed = try broken.finish()
        #expect(killed.wasSignalled, "the run ended before it was killed")
        let resumed = try Tool.run(
            ["train", "vae", "--resume", "--output", folder.path + "/broken"],
            environment: ["GANNET_THREADS": "3"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.errors.contains("Resuming after step"))
        #expect(try state("broken") == state("whole"))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aStoppedRunSaysHowToGoOn(signal: Int32) throws {
        #expect(try Tool.run(training("whole", "--epochs", "30")).status == 0)
        let stopped = try Tool.start(training("stopped", "--epochs", "30"))
        wait(for: "stopped/metrics.jsonl", of: stopped)
        stopped.send(signal)
        let result = try stopped.finish()
        #expect(!result.wasSignalled)
        #expect(result.status == 75, "\(result.errors)")
        #expect(result.errors.contains("gannet train vae --resume --output \(folder.path)/stopped"))
        #expect(try Tool.run(["train", "vae", "--resume", "--output", folder.path + "/stopped"]).status == 0)
        #expect(try state("stopped") == state("whole"))
    }
}
