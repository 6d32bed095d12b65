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
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(help: ArgumentHelp("The picture to begin with.", valueName: "file"))
    var image: String?

    @Option(help: ArgumentHelp("The picture to end with.", valueName: "file"))
    var toward: String?

    @Option(help: "How many pictures are decoded.")
    var frames = 10

    @Flag(help: "Go along a great circle rather than straight.")
    var spherical = false

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
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.latentModel()
        let labels = try saved.labels(asked, of: model, count: 2)
        var ends = try saved.pictures(image, count: 2, seed: chance.seed, for: model)
        if let toward {
            let last = try saved.pictures(toward, count: 1, seed: chance.seed, for: model)
            ends = .concatenate([ends, last], axis: 0)
        }
        let latents = try model.rows(of: ends, labels: labels, on: device)
        let path = spherical ? LatentPath.spherical : .linear
        let between = model.pictures(
            of: path.points(from: latents[0], to: latents[1], count: frames), label: asked.label)
        let output = file.output ?? saved.folder.path + "/interpolated.png"
        let strip = Tensor.concatenate(
            [ends.slice(0..<1, axis: 0), between, ends.slice(1..<2, axis: 0)], axis: 0)
        try strip.grid(columns: frames + 2, on: device).write(to: output)
        print("Wrote \(output).")
        guard let animation else { return }
        let there = try (0..<frames).map { try between.slice($0..<$0 + 1, axis: 0).grid(on: device) }
        let rate = min(max(Double(frames) / 2, 1), 50)
        try Animation(frames: there + there.reversed(), framesPerSecond: rate, pause: 0).write(to: animation)
        print("Wrote \(animation).")
    }
}
