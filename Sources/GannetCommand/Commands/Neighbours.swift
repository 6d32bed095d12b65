import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet neighbours RUN`.
struct Neighbours: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws pictures of a model, and the training pictures that are nearest to each.",
        discussion: """
            A row is a picture that the model draws, and then the training pictures at the least distance, the root of the sum of squared \
            differences of all pixels: a model that only remembers draws what it was trained on. The pictures are the first of those that \
            gannet sample draws with the same --seed.

            Example:

              gannet neighbours runs/dcgan --count 8 --nearest 5
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(help: "How many pictures to draw, at most 1000.")
    var count = 8

    @Option(help: ArgumentHelp("How many training pictures beside each, at most 100.", valueName: "pictures"))
    var nearest = 5

    @OptionGroup var drawing: DrawingArguments
    @OptionGroup var chance: SeedOption
    @OptionGroup var file: OutputOption
    @OptionGroup var written: JSONOption

    @Option(
        help: ArgumentHelp(
            "The data whose training pictures are looked through. By default what the run was trained on.",
            valueName: "path|glyphs|rectangles"))
    var data: DataSource?

    @OptionGroup var device: DeviceOption

    func validate() throws {
        try checkRange("--count", count, 1...1000)
        try checkRange("--nearest", nearest, 1...100)
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.pictureModel(drawing: drawing)
        let training = try saved.trainingPictures(data)
        if training.exampleShape != model.imageShape {
            throw TrainingError(
                .badPlan,
                "The training pictures are of shape \(training.exampleShape), and the model draws ones of \(model.imageShape): "
                    + "name others with --data."
            )
        }
        let drawn = try DrawingProgress.shown {
            try model.samples(count, seed: chance.seed).evaluated(on: device)
        }
        let found = try training.nearest(nearest, to: drawn, on: device)
        let columns = 1 + (found.first?.count ?? 0)
        let rows = try found.enumerated().map { number, near in
            let batch = try training.batch(at: near.map(\.index))
            return Tensor.concatenate([drawn.slice(number..<number + 1, axis: 0), batch.images], axis: 0)
        }
        let output = file.output ?? saved.folder.path + "/neighbours.png"
        try Tensor.concatenate(rows, axis: 0).grid(columns: columns, on: device).write(to: output)
        let distances = found.compactMap { $0.first?.distance }
        let mean = distances.reduce(0, +) / Double(distances.count)
        if written.isAsked {
            let list = found.map { near in
                JSON.array(near.map { ["index": .integer($0.index), "distance": .number($0.distance)] })
            }
            print(JSON.object(["neighbours": .array(list), "meanDistance": .number(mean)]))
        } else {
            print(
                "Wrote \(output). The nearest training picture is at a distance of \(Format.number(mean, digits: 2)) on average."
            )
        }
    }
}
