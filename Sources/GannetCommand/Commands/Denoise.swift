import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet denoise RUN`.
struct Denoise: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows how a diffusion model makes pictures of noise.",
        discussion: """
            A row of the result is the way of one picture, from noise on the left to the picture on the right. --animation \
            writes all steps as an animated PNG, too, which browsers play.

            Examples:

              gannet denoise runs/ddpm --count 8 --columns 11 --output way.png
              gannet denoise runs/ddpm --sampler ddpm --animation way-animated.png
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(help: "How many pictures to draw, at most 100.")
    var count = 8

    @Option(help: "How many states of each to show, the first and the last among them.")
    var columns = 11

    @Option(help: ArgumentHelp("An animation of all steps to write, a PNG file.", valueName: "file.png"))
    var animation: String?

    @OptionGroup var drawing: DrawingArguments
    @OptionGroup var chance: SeedOption
    @OptionGroup var file: OutputOption
    @OptionGroup var device: DeviceOption

    func validate() throws {
        try checkRange("--count", count, 1...100)
        try checkRange("--columns", columns, 2...1000)
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.diffusionModel(drawing: drawing)
        try checkRange(
            "--columns", columns, 2...model.sampler.timesteps.count + 1, meaning: "the states on the way")
        let output = file.output ?? saved.folder.path + "/denoised.png"
        let path = try DrawingProgress.shown {
            try model.path(count, seed: chance.seed).evaluated(on: device)
        }
        let last = path.shape[0] - 1
        let places = (0..<columns).map { $0 * last / (columns - 1) }
        let shown = Tensor.concatenate(places.map { path.slice($0..<$0 + 1, axis: 0) }, axis: 0)
            .permute(1, 0, 2, 3, 4)
            .reshape(Shape([count * columns] + model.imageShape.extents))
        try shown.grid(columns: columns, on: device).write(to: output)
        print("Wrote \(output).")
        guard let animation else { return }
        let frames = try (0...last).map { try path.element($0, axis: 0).grid(on: device) }
        // The whole way in five seconds.
        let rate = min(max(Double(frames.count) / 5, 1), 50)
        try Animation(frames: frames, framesPerSecond: rate, pause: 2).write(to: animation)
        print("Wrote \(animation).")
    }
}
