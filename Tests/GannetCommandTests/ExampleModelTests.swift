import Foundation
import Gannet
import GannetData
import GannetTestSupport
import Testing

/// The models beside the VAE, with small pictures.
@Suite("The tool's other models")
struct ExampleModelTests {
    let folder: TemporaryFolder
    let data: String

    init() throws {
        folder = try TemporaryFolder()
        data = try folder.writeDigits(training: 40, test: 16, side: 8)
    }

    private func training(_ model: String, _ run: String, _ options: String...) -> [String] {
        ["train", model, "--data", data, "--batch-size", "16", "--output", folder.path + "/" + run] + options
    }

    @Test(arguments: ["pixelcnn", "dcgan", "ddpm"])
    func aRunLeavesItsFilesAndCanBeUsed(model: String) throws {
        let result = try Tool.run(training(model, "run", "--epochs", "2"))
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("epoch 2/2"))
        let run = folder.path + "/run"
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: run))
        let files: Set = ["config.json", "metrics.jsonl", "checkpoint.safetensors", "samples", "loss.svg"]
        #expect(names == (model == "pixelcnn" ? files.union(["best.safetensors"]) : files))
        let pictures = try FileManager.default.contentsOfDirectory(atPath: run + "/samples").sorted()
        #expect(pictures == ["step-000003.png", "step-000006.png"])
        #expect(try JSON(parsing: try folder.read("run/config.json"))["model"]?.stringValue == model)

        let samples = folder.path + "/samples.png"
        let draw = ["sample", run, "--count", "4", "--output", samples]
        #expect(try Tool.run(draw).status == 0)
        #expect(try Bitmap(png: samples).width == 2 * 8 + 6)
        let steps = try Tool.run(draw + ["--sampler", "ddpm", "--steps", "10"])
        if model == "ddpm" {
            #expect(steps.status == 0, "\(steps.errors)")
            expectRefusal(try Tool.run(draw + ["--steps", "1001"]), saying: ["--steps", "1001"])
        } else {
            expectRefusal(steps, saying: ["--sampler", "diffusion"])
        }

        let best = try Tool.run(draw + ["--checkpoint", "best"])
        if model == "pixelcnn" {
            #expect(best.status == 0, "\(best.errors)")
        } else {
            expectRefusal(best, saying: [run, "best checkpoint"])
        }

        let evaluation = try Tool.run(["evaluate", run, "--json"])
        if model == "pixelcnn" {
            let figures = try JSON(parsing: Array(evaluation.output.utf8))
            #expect(try #require(figures["negativeLogLikelihood"]?.doubleValue) < 64)
        } else {
            expectRefusal(evaluation, saying: [run, "likelihood"])
        }
        expectRefusal(try Tool.run(["reconstruct", run]), saying: [run, "encoder"])

        let longer = try Tool.run(training(model, "run", "--epochs", "3", "--resume"))
        #expect(
            longer.status == 0 && longer.errors.contains("Resuming after step 6 of 9"), "\(longer.errors)")
        expectRefusal(try Tool.run(training("vae", "run", "--epochs", "4", "--resume")), saying: [model])
    }

    @Test(arguments: ["dcgan", "ddpm"])
    func picturesThatDoNotFit(model: String) throws {
        let other = try TemporaryFolder()
        let data = try other.writeDigits(training: 4, test: 4, side: 7)
        let run = folder.path + "/run"
        expectRefusal(
            try Tool.run(["train", model, "--data", data, "--output", run]),
            saying: ["[7, 7, 1]", "multiples of 4"])
        #expect(!FileManager.default.fileExists(atPath: run))
    }
}
