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

    /// Those whose likelihood is known.
    private static let likelihoodModels = [
        "fvbn", "pixelcnn", "gated-pixelcnn", "pixelrnn-row", "pixelrnn-diagonal", "pixelcnn++", "ddpm",
    ]

    @Test(arguments: likelihoodModels + ["dcgan"])
    func aRunLeavesItsFilesAndCanBeUsed(model: String) throws {
        let result = try Tool.run(training(model, "run", "--epochs", "2"))
        #expect(result.status == 0, "\(result.errors)")
        let hasLikelihood = Self.likelihoodModels.contains(model)
        #expect(result.errors.contains("epoch 2/2"))
        let run = folder.path + "/run"
        let files = try FileManager.default.contentsOfDirectory(atPath: run)
        #expect(files.filter { $0.hasPrefix("events.out.tfevents.") }.count == 1)
        let names = Set(files.filter { !$0.hasPrefix("events.") })
        let common: Set = ["config.json", "metrics.jsonl", "checkpoint.safetensors", "samples", "loss.svg"]
        #expect(
            names
                == common.union(hasLikelihood ? ["best.safetensors"] : ["gradients.svg", "diversity.svg"]))
        let pictures = try FileManager.default.contentsOfDirectory(atPath: run + "/samples").sorted()
        #expect(pictures == ["step-000003.png", "step-000006.png"])
        #expect(try JSON(parsing: try folder.read("run/config.json"))["model"]?.stringValue == model)

        let samples = folder.path + "/samples.png"
        let draw = ["sample", run, "--count", "4", "--output", samples]
        #expect(try Tool.run(draw).status == 0)
        #expect(try Bitmap(png: samples).width == 2 * 8 + 6)
        let steps = try Tool.run(draw + ["--sampler", "ddpm", "--sampler-steps", "10"])
        if model == "ddpm" {
            #expect(steps.status == 0, "\(steps.errors)")
            for options in [["--sampler", "dpm-solver"], ["--eta", "0.5", "--sampler-steps", "3"]] {
                let result = try Tool.run(draw + options)
                #expect(result.status == 0, "\(result.errors)")
            }
            expectRefusal(
                try Tool.run(draw + ["--sampler-steps", "1001"]), saying: ["--sampler-steps", "1001"])
            expectRefusal(try Tool.run(draw + ["--guidance", "2"]), saying: ["--guidance", "classes"])
            expectRefusal(
                try Tool.run(draw + ["--sampler", "ddpm", "--eta", "1"]), saying: ["--eta", "DDIM"])
        } else {
            expectRefusal(steps, saying: ["--sampler", "diffusion"])
        }

        let best = try Tool.run(draw + ["--checkpoint", "best"])
        if hasLikelihood {
            #expect(best.status == 0, "\(best.errors)")
        } else {
            expectRefusal(best, saying: [run, "best checkpoint"])
        }

        let evaluation = try Tool.run(["evaluate", run, "--json"])
        if hasLikelihood {
            let figures = try JSON(parsing: Array(evaluation.output.utf8))
            let isBound = model == "ddpm"
            let nats = try #require(
                figures["negativeLogLikelihood" + (isBound ? "Bound" : "")]?.doubleValue)
            // Of 256 levels there are more nats to know than of two.
            if !isBound { #expect(nats < (model == "pixelcnn++" ? 64 * log(256.0) : 64)) }
            #expect(figures["bitsPerDimension" + (isBound ? "" : "Bound")] == nil)
            let bits = try #require(figures["bitsPerDimension" + (isBound ? "Bound" : "")]?.doubleValue)
            #expect(abs(bits - nats / (64 * log(2))) < 1e-9 * bits)
            if isBound {
                let parts = try ["prior", "divergences", "decoder"].map {
                    try #require(figures[$0]?.doubleValue)
                }
                #expect(abs(parts.reduce(0, +) - bits) < 1e-9 * bits)
                #expect(figures["terms"]?.arrayValue?.count == 1000)
                let plot = folder.path + "/terms.svg"
                #expect(try Tool.run(["evaluate", run, "--plot", plot]).status == 0)
                #expect(try String(contentsOfFile: plot, encoding: .utf8).contains("time step"))
            }
        } else {
            expectRefusal(evaluation, saying: [run, "likelihood"])
        }
        expectRefusal(try Tool.run(["reconstruct", run]), saying: [run, "encoder"])

        let longer = try Tool.run(training(model, "run", "--epochs", "3", "--resume"))
        #expect(
            longer.status == 0 && longer.errors.contains("Resuming after step 6 of 9"), "\(longer.errors)")
        expectRefusal(try Tool.run(training("vae", "run", "--epochs", "4", "--resume")), saying: [model])
    }

    @Test(arguments: ["pixelcnn", "gated-pixelcnn", "pixelrnn-row", "pixelrnn-diagonal", "pixelcnn++"])
    func picturesAreDrawnAndCompletedPixelByPixel(model: String) throws {
        let run = folder.path + "/run"
        let options = model == "gated-pixelcnn" ? ["--map-features", "2"] : []
        let result = try Tool.run(training(model, "run", "--steps", "3") + options)
        #expect(result.status == 0, "\(result.errors)")
        func picture(_ name: String, _ options: String...) throws -> [UInt8] {
            let path = folder.path + "/\(name).png"
            let result = try Tool.run(["sample", run, "--count", "9", "--output", path] + options)
            #expect(result.status == 0, "\(result.errors)")
            return try Bitmap(png: path).pixels
        }
        let cached = try picture("cached")
        #expect(try picture("naive", "--naive") == cached)
        #expect(try picture("cold", "--temperature", "0.3") != cached)
        expectRefusal(
            try Tool.run(["sample", run, "--temperature", "0"]), saying: ["--temperature", "0"])

        // A given picture: its rows stay in every completion.
        let given = (0..<64).map { UInt8($0 / 8 % 2 * 255) }
        try Bitmap(width: 8, height: 8, channels: 1, pixels: given).write(to: folder.path + "/given.png")
        let output = folder.path + "/completed.png"
        let complete = ["complete", run, "--output", output, "--rows", "5", "--completions", "3"]
        let completion = try Tool.run(complete + ["--image", folder.path + "/given.png"])
        #expect(completion.status == 0, "\(completion.errors)")
        let completed = try Bitmap(png: output)
        #expect(completed.height == 8 + 4)
        for column in 0..<4 {
            for row in 0..<5 {
                let start = (row + 2) * completed.width + 2 + column * 10
                #expect(Array(completed.pixels[start..<start + 8]) == Array(given[row * 8..<row * 8 + 8]))
            }
        }
        #expect(try Tool.run(complete + ["--count", "2"]).status == 0)
        expectRefusal(
            try Tool.run(complete + ["--count", "2", "--image", folder.path + "/given.png"]),
            saying: ["--count", "--image"])
        expectRefusal(
            try Tool.run(["sample", run, "--naive", "--sampler-steps", "3"]),
            saying: ["--naive", "--sampler-steps"])
        expectRefusal(try Tool.run(complete + ["--rows", "9"]), saying: ["--rows", "9", "8"])
    }

    @Test(arguments: ["pixelcnn", "conditional-pixelcnn", "pixelrnn-diagonal", "pixelcnn++"])
    func sizesAreThoseAskedFor(model: String) throws {
        let sizes = ["--features", "6", "--blocks", "2"]
        let result = try Tool.run(training(model, "run", "--steps", "2") + sizes)
        #expect(result.status == 0, "\(result.errors)")
        let configuration = try JSON(parsing: try folder.read("run/config.json"))
        #expect(configuration["features"]?.integerValue == 6 && configuration["blocks"]?.integerValue == 2)
        let longer = training(model, "run", "--steps", "3", "--resume")
        expectRefusal(try Tool.run(longer + ["--blocks", "3"]), saying: ["--blocks", "3", "2"])
        #expect(try Tool.run(longer + sizes).status == 0)
        expectRefusal(
            try Tool.run(training(model, "other", "--features", "0")), saying: ["--features", "0", "1024"])
    }

    @Test func coloursTakeFeaturesInTurn() throws {
        let pictures = folder.path + "/coloured"
        for (part, name) in [("train", "a"), ("train", "b"), ("test", "c")] {
            try FileManager.default.createDirectory(
                atPath: "\(pictures)/\(part)", withIntermediateDirectories: true)
            try Bitmap(width: 8, height: 8, channels: 3, pixels: (0..<192).map { UInt8($0) })
                .write(to: "\(pictures)/\(part)/\(name).png")
        }
        let train = [
            "train", "pixelcnn", "--data", pictures, "--steps", "1", "--batch-size", "2", "--output",
        ]
        expectRefusal(
            try Tool.run(train + [folder.path + "/refused", "--features", "8"]),
            saying: ["--features", "8", "multiple of 3"])
        let result = try Tool.run(train + [folder.path + "/run", "--features", "6", "--blocks", "1"])
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func aConditionalModelDrawsClassesAndFindsThem() throws {
        let run = folder.path + "/run"
        let result = try Tool.run(
            training("conditional-pixelcnn", "run", "--steps", "3", "--map-features", "2"))
        #expect(result.status == 0, "\(result.errors)")
        expectRefusal(
            try Tool.run(training("conditional-pixelcnn", "run", "--resume", "--map-features", "3")),
            saying: ["--map-features", "3", "2"])
        #expect(try Tool.run(["sample", run, "--count", "4"]).status == 0)
        expectRefusal(try Tool.run(["sample", run, "--class", "10"]), saying: ["--class", "10", "9"])
        for options in [
            ["sample", run, "--class", "7", "--count", "3"],
            ["sample", run, "--temperature", "0.5"], ["complete", run, "--rows", "4", "--count", "2"],
        ] {
            let result = try Tool.run(options + ["--output", folder.path + "/drawn.png"])
            #expect(result.status == 0, "\(result.errors)")
        }
        // Pictures that are not in folders by class.
        let unlabelled = folder.path + "/unlabelled/test"
        try FileManager.default.createDirectory(atPath: unlabelled, withIntermediateDirectories: true)
        try Bitmap(width: 8, height: 8, channels: 1, pixels: [UInt8](repeating: 9, count: 64))
            .write(to: unlabelled + "/a.png")
        try FileManager.default.createDirectory(
            atPath: folder.path + "/unlabelled/train", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: unlabelled + "/a.png", toPath: folder.path + "/unlabelled/train/a.png")
        expectRefusal(
            try Tool.run([
                "train", "conditional-pixelcnn", "--resume", "--steps", "5", "--data",
                folder.path + "/unlabelled", "--output", run,
            ]), saying: ["10 classes", "unlabelled"])
        expectRefusal(
            try Tool.run(["evaluate", run, "--data", folder.path + "/unlabelled"]), saying: ["classes"])
        let found = try Tool.run(["classify", run, "--json", "--threshold", "-1000"])
        let json = try JSON(parsing: Array(found.output.utf8))
        #expect(json["pictures"]?.integerValue == 16 && json["rejected"]?.integerValue == 0)
        #expect((0...1).contains(try #require(json["accuracy"]?.doubleValue)))
        #expect(try #require(json["logLikelihood"]?.doubleValue) < 0)
        let strict = try Tool.run(["classify", run, "--count", "5", "--threshold", "0"])
        #expect(strict.status == 0 && strict.output.contains("5 are below 0.00"), "\(strict.output)")
        #expect(try Tool.run(training("pixelcnn", "other", "--steps", "1")).status == 0)
        expectRefusal(try Tool.run(["classify", folder.path + "/other"]), saying: ["PixelCNN", "class"])
    }

    @Test func greysBecomeBlackAndWhiteAsAsked() throws {
        var figures: [Double] = []
        for name in ["none", "threshold", "sampled"] {
            let result = try Tool.run(training("pixelcnn", name, "--steps", "2", "--binarize", name))
            #expect(result.status == 0, "\(result.errors)")
            #expect(
                try JSON(parsing: try folder.read(name + "/config.json"))["binarize"]?.stringValue == name)
            let evaluation = try Tool.run(["evaluate", folder.path + "/" + name, "--json"])
            figures.append(
                try #require(
                    JSON(parsing: Array(evaluation.output.utf8))["negativeLogLikelihood"]?.doubleValue))
        }
        // Half the range is what the model does by itself.
        #expect(figures[0] == figures[1] && figures[1] != figures[2])
        expectRefusal(
            try Tool.run(
                training("pixelcnn", "sampled", "--steps", "4", "--binarize", "threshold", "--resume")),
            saying: ["data"])
    }

    @Test(arguments: [
        ("dcgan", 7, [], "even sides"), ("ddpm", 3, [], "at least 4"),
        ("ddpm", 7, ["--patch", "2"], "patches of 2"),
    ])
    func picturesThatDoNotFit(model: String, side: Int, options: [String], need: String) throws {
        let other = try TemporaryFolder()
        let data = try other.writeDigits(training: 4, test: 4, side: side)
        let run = folder.path + "/run"
        expectRefusal(
            try Tool.run(["train", model, "--data", data, "--output", run] + options),
            saying: ["[\(side), \(side), 1]", need])
        #expect(!FileManager.default.fileExists(atPath: run))
    }
}
