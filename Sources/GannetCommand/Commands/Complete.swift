import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet complete RUN`.
struct Complete: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Completes pictures whose first rows are given.",
        discussion: """
            By a model that draws pixel by pixel, or by a diffusion model. Given is the PNG or JPEG picture of --image, or else test \
            pictures, which --seed chooses. Each picture is completed several times, differently: a row of the result is the given \
            part, then its completions.

            Examples:

              gannet complete runs/pixelcnn --image digit.png --rows 12 --output completed.png
              gannet complete runs/pixelcnn --rows 14 --count 8
              gannet complete runs/classes --rows 14 --class 7
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(help: ArgumentHelp("The picture to complete. By default test pictures.", valueName: "file"))
    var image: String?

    @Option(help: "How many rows are given, from the top.")
    var rows: Int

    @Option(help: "How many test pictures to complete. (default: 8)")
    var count: Int?

    @Option(help: "How many completions of each picture to draw.")
    var completions = 8

    @Option(
        help: ArgumentHelp(
            "Of a diffusion model: how often each of its steps is made. More often takes longer, and what is drawn goes better with "
                + "what is given. (default: 1)", valueName: "times"))
    var visits: Int?

    @OptionGroup var chance: SeedOption
    @OptionGroup var asked: ClassOption
    @OptionGroup var drawing: DrawingArguments
    @OptionGroup var file: OutputOption

    @OptionGroup var device: DeviceOption

    func validate() throws {
        try drawing.checkGuidance(to: asked)
        try checkRange("--count", count, 1...1000)
        try checkRange("--completions", completions, 1...1000)
        try checkRange("--visits", visits, 1...1000)
        if visits ?? 1 > 1, drawing.sampler == .dpmSolver {
            throw ValidationError(
                "--visits is for ddpm and ddim: a step of dpm-solver goes on from the one before.")
        }
        if image != nil, count != nil {
            throw ValidationError(
                "--count is for test pictures, and --image names one picture: give one of them.")
        }
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        guard var model = try saved.pictureModel(drawing: drawing) as? any CompletingModel else {
            throw TrainingError(
                .badRun,
                "\(trained.path) holds \(saved.kind.title), which cannot complete pictures: PixelCNNs, PixelRNNs and diffusion "
                    + "models can.")
        }
        if let visits {
            guard var diffusion = model as? DDPM else {
                throw TrainingError(
                    .badRun,
                    "\(trained.path) holds \(saved.kind.title), and --visits is for diffusion models.")
            }
            diffusion.completionVisits = visits
            model = diffusion
        }
        if let label = asked.label {
            try saved.checkClass(label, of: (model as? any ConditionalModel)?.conditioningClassCount)
        }
        let height = model.imageShape[0]
        try checkRange("--rows", rows, 0...height, meaning: "the height of the pictures")
        let given = try saved.pictures(image, count: count ?? 8, seed: chance.seed, for: model)
        let completed = completed(given, by: model)
        let output = file.output ?? saved.folder.path + "/completed.png"
        try DrawingProgress.shown {
            try completed.grid(columns: completions + 1, on: device).write(to: output)
        }
        print("Wrote \(output).")
    }

    /// For each given picture its rows, the rest grey, and then its completions.
    private func completed(_ given: Tensor, by model: some CompletingModel) -> Tensor {
        let shape = given.shape
        let each = Shape([shape[0], completions] + shape.extents.dropFirst())
        let all = Shape([shape[0] * completions] + shape.extents.dropFirst())
        let repeated = given.insertingAxis(at: 1).broadcast(to: each).reshape(all)
        let labels = asked.label.map { [Int](repeating: $0, count: all[0]) }
        let pixels = GivenPixels(repeated, rows: rows, labels: labels)
        let drawn = model.completions(of: pixels, seed: chance.seed)
        let shown = select(pixels.mask.reshape([1, shape[1], shape[2], 1]), model.seen(given), 0.5)
        return Tensor.concatenate([shown.insertingAxis(at: 1), drawn.reshape(each)], axis: 1)
            .reshape(Shape([shape[0] * (completions + 1)] + shape.extents.dropFirst()))
    }
}
