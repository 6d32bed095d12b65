import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet complete RUN`.
struct Complete: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Completes pictures whose first rows are given, with a model that draws pixel by pixel.",
        discussion: """
            Given is the PNG or JPEG picture of --image, or else test pictures, which --seed chooses. Each picture is completed \
            several times, differently: a row of the result is the given part, then its completions.

            Examples:

              gannet complete runs/pixelcnn --image digit.png --rows 12 --output completed.png
              gannet complete runs/pixelcnn --rows 14 --count 8
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

    @OptionGroup var chance: SeedOption
    @OptionGroup var likeliness: TemperatureOption
    @OptionGroup var file: OutputOption

    @OptionGroup var device: DeviceOption

    func validate() throws {
        try checkRange("--count", count, 1...1000)
        try checkRange("--completions", completions, 1...1000)
        if image != nil, count != nil {
            throw ValidationError(
                "--count is for test pictures, and --image names one picture: give one of them.")
        }
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        guard let model = saved.model as? any PixelwiseModel else {
            throw TrainingError(
                .badRun,
                "\(trained.path) holds \(saved.kind.title), which cannot complete pictures: PixelCNNs and PixelRNNs can."
            )
        }
        let height = model.imageShape[0]
        try checkRange("--rows", rows, 0...height, meaning: "the height of the pictures")
        let given = try pictures(saved, shape: model.imageShape)
        let completed = completed(given, by: model)
        let output = file.output ?? saved.folder.path + "/completed.png"
        try DrawingProgress.shown {
            try completed.grid(columns: completions + 1, on: device).write(to: output)
        }
        print("Wrote \(output).")
    }

    /// What is to be completed, [count, height, width, channels].
    private func pictures(_ saved: SavedRun, shape: Shape) throws -> Tensor {
        guard let image else {
            let pictures = try saved.testData(nil).examples
            let order = DataOrder.permutation(count: pictures.count, seed: chance.seed, epoch: 0)
            return try pictures.batch(at: Array(order.prefix(count ?? 8))).images
        }
        let bitmap = try Bitmap(contentsOf: image).converted(channels: shape[2])
        if bitmap.height != shape[0] || bitmap.width != shape[1] {
            throw DataError(
                .mismatch, path: image,
                "\(image) has \(bitmap.width) × \(bitmap.height) pixels, and the run's pictures have \(shape[1]) × \(shape[0])."
            )
        }
        return bitmap.tensor
    }

    /// For each given picture its rows, the rest grey, and then its completions.
    private func completed(_ given: Tensor, by model: some PixelwiseModel) -> Tensor {
        let shape = given.shape
        let each = Shape([shape[0], completions] + shape.extents.dropFirst())
        let all = Shape([shape[0] * completions] + shape.extents.dropFirst())
        let repeated = given.insertingAxis(at: 1).broadcast(to: each).reshape(all)
        let pixels = GivenPixels(repeated, rows: rows)
        let drawn = model.samples(
            all[0], seed: chance.seed,
            options: DrawingOptions(temperature: likeliness.temperature ?? 1, given: pixels))
        let shown = select(
            pixels.mask.reshape([1, shape[1], shape[2], 1]), model.distribution.shown(given), 0.5)
        return Tensor.concatenate([shown.insertingAxis(at: 1), drawn.reshape(each)], axis: 1)
            .reshape(Shape([shape[0] * (completions + 1)] + shape.extents.dropFirst()))
    }
}

extension PixelDistribution {
    /// Pictures as a network sees them, in 0…1.
    fileprivate func shown(_ images: Tensor) -> Tensor { decoded(encoded(images)) }
}
