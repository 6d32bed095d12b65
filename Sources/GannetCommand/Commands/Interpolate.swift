import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet interpolate RUN`.
struct Interpolate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Goes from one picture to another through the latents of a model.",
        discussion: """
            Both pictures are encoded, and what lies between their latents is decoded. The result is a strip: the first picture, what \
            the model makes of it, what lies between, what it makes of the second, and the second. Without --image and --toward they \
            are two test pictures, which --seed chooses.

            Examples:

              gannet interpolate runs/vae --frames 20 --animation between.png
              gannet interpolate runs/vae --image three.png --toward eight.png --spherical
              gannet interpolate runs/dcgan --between 3 17 --animation between.png
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(help: ArgumentHelp("The picture to begin with.", valueName: "file"))
    var image: String?

    @Option(help: ArgumentHelp("The picture to end with.", valueName: "file"))
    var toward: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Of a GAN: the numbers of two pictures that it draws. (default: 0 1)", valueName: "number"))
    var between: [Int] = []

    @Option(help: "How many pictures are decoded.")
    var frames = 10

    @Flag(
        inversion: .prefixedNo,
        help:
            "Go along a great circle rather than straight. (default: for GANs, whose latents lie near a sphere)"
    )
    var spherical: Bool?

    @Option(help: ArgumentHelp("An animation there and back to write, an APNG file.", valueName: "file.png"))
    var animation: String?

    @OptionGroup var asked: ClassOption
    @OptionGroup var chance: SeedOption
    @OptionGroup var file: OutputOption
    @OptionGroup var device: DeviceOption

    func validate() throws {
        try checkRange("--frames", frames, 2...1000)
        if (image == nil) != (toward == nil) {
            throw ValidationError(
                "--image and --toward name the two ends: give both, or none for test pictures.")
        }
        if !between.isEmpty, between.count != 2 || image != nil {
            throw ValidationError(
                "--between takes the numbers of two pictures that a GAN draws, in place of --image and --toward."
            )
        }
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.decodingModel()
        let labels = try saved.labels(asked, of: model, count: 2)
        let (ends, latents) = try ends(saved, model, labels, device)
        let path = spherical ?? (ends == nil) ? LatentPath.spherical : .linear
        let between = model.pictures(
            of: path.points(from: latents[0], to: latents[1], count: frames), label: asked.label)
        let output = file.output ?? saved.folder.path + "/interpolated.png"
        let strip = ends.map {
            Tensor.concatenate([$0.slice(0..<1, axis: 0), between, $0.slice(1..<2, axis: 0)], axis: 0)
        }
        try (strip ?? between).grid(columns: frames + 2, on: device).write(to: output)
        print("Wrote \(output).")
        guard let animation else { return }
        let there = try (0..<frames).map { try between.slice($0..<$0 + 1, axis: 0).grid(on: device) }
        let rate = min(max(Double(frames) / 2, 1), 50)
        try Animation(frames: there + there.reversed(), framesPerSecond: rate, pause: 0).write(to: animation)
        print("Wrote \(animation).")
    }

    /// The pictures to begin and to end with, nil where the model draws them itself, and their latents.
    private func ends(
        _ saved: SavedRun, _ model: any DecodingModel, _ labels: [Int]?, _ device: Device
    ) throws -> (pictures: Tensor?, latents: [[Double]]) {
        if !between.isEmpty || image == nil && !(model is any LatentModel) {
            let numbers = between.isEmpty ? [0, 1] : between
            return (nil, try saved.drawnRows(numbers, seed: chance.seed, option: "--between", on: device))
        }
        let model = try saved.latentModel()
        var ends = try saved.pictures(image, count: 2, seed: chance.seed, for: model)
        if let toward {
            let last = try saved.pictures(toward, count: 1, seed: chance.seed, for: model)
            ends = .concatenate([ends, last], axis: 0)
        }
        return (ends, try model.rows(of: ends, labels: labels, on: device))
    }
}
