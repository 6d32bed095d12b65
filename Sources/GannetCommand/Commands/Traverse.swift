import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet traverse RUN`.
struct Traverse: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what single latents of a model mean.",
        discussion: """
            Without a picture: a grid over two latents, the others 0, at points that cut a normal distribution into parts of the same \
            probability. With one: a row for each latent, which goes from -range to +range while the others are those of the picture; \
            the first picture of a row is the given one as the model sees it.

            Examples:

              gannet traverse runs/vae --dimensions 0,1 --steps 15
              gannet traverse runs/vae --image digit.png
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(help: ArgumentHelp("A picture whose latents to change, each by itself.", valueName: "file"))
    var image: String?

    @Option(
        help: ArgumentHelp(
            "The latents, from 0: two without a picture. (default: those that tell most of the test pictures, with a picture all)",
            valueName: "n,n,…"),
        transform: { try wholeNumbers($0, "--dimensions") })
    var dimensions: [Int]?

    @Option(help: "How many values each takes.")
    var steps = 11

    @Option(help: "How far from 0 a picture's latents go. (default: 3)")
    var range: Double?

    @OptionGroup var asked: ClassOption
    @OptionGroup var file: OutputOption
    @OptionGroup var device: DeviceOption

    func validate() throws {
        try checkRange("--steps", steps, 2...1000)
        if let range, !(range > 0 && range.isFinite) {
            throw ValidationError("--range is \(range), and must be positive.")
        }
        if image == nil {
            if let dimensions, dimensions.count != 2 || dimensions[0] == dimensions[1] {
                throw ValidationError("--dimensions must be two different latents, unless --image is given.")
            }
            if range != nil {
                throw ValidationError("--range is for the latents of a picture: give --image, too.")
            }
        }
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.latentModel()
        let labels = try saved.labels(asked, of: model, count: 1)
        if image == nil, model.latents < 2 {
            throw TrainingError(
                .badRun, "\(trained.path) holds \(saved.kind.title) of one latent: give a picture by --image."
            )
        }
        let chosen =
            try dimensions ?? (image == nil ? telling(saved, model, device) : Array(0..<model.latents))
        try saved.checkDimensions("--dimensions", chosen, of: model)
        var rows: [[Double]] = []
        if let image {
            let given = try saved.pictures(image, count: 1, seed: 0, for: model)
            let latents = try model.rows(of: given, labels: labels, on: device)[0]
            let range = range ?? 3
            for dimension in chosen {
                rows.append(latents)
                for step in 0..<steps {
                    var changed = latents
                    changed[dimension] = range * (2 * Double(step) / Double(steps - 1) - 1)
                    rows.append(changed)
                }
            }
        } else {
            let values = normalQuantiles(steps)
            for first in values {
                for second in values {
                    var latents = [Double](repeating: 0, count: model.latents)
                    (latents[chosen[0]], latents[chosen[1]]) = (first, second)
                    rows.append(latents)
                }
            }
        }
        let output = file.output ?? saved.folder.path + "/traversed.png"
        try model.pictures(of: rows, label: asked.label)
            .grid(columns: image == nil ? steps : steps + 1, on: device).write(to: output)
        print("Wrote \(output).")
    }

    /// The two latents that tell most of the test pictures; the first two where these are not to be had any more.
    private func telling(_ saved: SavedRun, _ model: any LatentModel, _ device: Device) throws -> [Int] {
        let examples: any DataSet
        do {
            examples = try saved.testData(nil).examples
        } catch {
            Console.note(
                "The test pictures, by which the latents are chosen, are not to be had (\(error)): they are 0 and 1."
            )
            return [0, 1]
        }
        if examples.count == 0 { return [0, 1] }
        let batch = try examples.batch(at: Array(0..<min(LatentStatistics.pictures, examples.count)))
        let labels = try model.conditioningClassCount.map { _ in
            try batch.labels?.array(of: Int32.self, on: device).map(Int.init) ?? []
        }
        if labels?.isEmpty ?? false { return [0, 1] }
        return try model.statistics(of: batch.images, labels: labels, on: device).latents.prefix(2).map(
            \.number
        )
        .sorted()
    }
}
