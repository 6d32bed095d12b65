import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet reconstruct RUN`.
struct Reconstruct: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws test pictures as a trained model sees them.",
        discussion: """
            Rows of test pictures alternate with rows of what the model makes of them: encoded to the mean of the \
            latents, or to codes, and decoded. --seed chooses the pictures.

            Example:

              gannet reconstruct runs/vae --count 40 --output reconstructions.png
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(help: "How many pictures to draw, at most 10000.")
    var count = PictureData.sampleCount

    @OptionGroup var chance: SeedOption
    @OptionGroup var file: OutputOption
    @OptionGroup var data: TestDataOption

    @OptionGroup var device: DeviceOption

    func validate() throws { try checkRange("--count", count, 1...10_000) }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let pictures = try saved.testData(data.source).examples
        let order = DataOrder.permutation(count: pictures.count, seed: chance.seed, epoch: 0)
        let batch = try pictures.batch(at: Array(order.prefix(count)))
        let originals = batch.images
        let reconstructed = try reconstructed(batch, by: saved, of: pictures, on: device)
        let columns = min(10, originals.shape[0])
        let rows = Self.alternating(originals, reconstructed, columns: columns)
        let output = file.output ?? saved.folder.path + "/reconstructions.png"
        try rows.grid(columns: columns, on: device).write(to: output)
        print("Wrote \(output).")
    }

    /// What a run's model makes of a batch of its test pictures.
    private func reconstructed(
        _ batch: Batch, by saved: SavedRun, of pictures: any DataSet, on device: Device
    ) throws -> Tensor {
        if let model = saved.codedModel { return model.reconstruct(batch.images) }
        let model = try saved.latentModel()
        var labels: [Int]?
        if model.conditioningClassCount != nil {
            try (model as? any LikelihoodModel)?.checkClasses(of: pictures)
            labels = try batch.labels?.array(of: Int32.self, on: device).map(Int.init)
        }
        return model.decoded(model.encoded(batch.images, labels: labels), labels: labels)
    }

    /// A row of `columns` of the first pictures, then the same of the second, and so on; black ones fill the last.
    private static func alternating(_ first: Tensor, _ second: Tensor, columns: Int) -> Tensor {
        let rowCount = (first.shape[0] + columns - 1) / columns
        let missing = rowCount * columns - first.shape[0]
        let rows = [first, second].map {
            $0.padded(low: [0, 0, 0, 0], high: [missing, 0, 0, 0])
                .reshape(Shape([rowCount, 1, columns] + first.shape.extents.dropFirst()))
        }
        return Tensor.concatenate(rows, axis: 1)
            .reshape(Shape([2 * rowCount * columns] + first.shape.extents.dropFirst()))
    }
}
