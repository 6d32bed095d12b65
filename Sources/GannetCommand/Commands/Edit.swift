import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet edit RUN`.
struct Edit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Changes one latent of a picture.",
        discussion: """
            The picture is encoded, its latent --dimension goes from --from to --to, and each state is decoded. The result is a strip: \
            the picture, what the model makes of it, and the states. With --draw its other latents are drawn as uncertain as they are, \
            rather than taken as their means.

            Example:

              gannet edit runs/vae --image digit.png --dimension 3 --from -2 --to 2
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption

    @Option(
        help: ArgumentHelp("The picture. By default a test picture, which --seed chooses.", valueName: "file")
    )
    var image: String?

    @Option(help: "The number of the latent, from 0.")
    var dimension: Int

    @Option(parsing: .unconditional, help: "Its first value.")
    var from: Double = -3

    @Option(parsing: .unconditional, help: "Its last value.")
    var to: Double = 3

    @Option(help: "How many values it takes.")
    var steps = 9

    @Flag(help: "Draw the latents of the picture.")
    var draw = false

    @OptionGroup var asked: ClassOption
    @OptionGroup var chance: SeedOption
    @OptionGroup var file: OutputOption
    @OptionGroup var device: DeviceOption

    func validate() throws {
        try checkRange("--steps", steps, 2...1000)
        if !from.isFinite || !to.isFinite {
            throw ValidationError("--from and --to are \(from) and \(to), and must be numbers.")
        }
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let model = try saved.latentModel()
        let labels = try saved.labels(asked, of: model, count: 1)
        try saved.checkDimensions("--dimension", [dimension], of: model)
        let given = try saved.pictures(image, count: 1, seed: chance.seed, for: model)
        let latents = try latents(of: given, labels, by: model, on: device)
        let changed = (0..<steps).map { step in
            var row = latents
            row[dimension] = from + (to - from) * Double(step) / Double(steps - 1)
            return row
        }
        let output = file.output ?? saved.folder.path + "/edited.png"
        try Tensor.concatenate([given, model.pictures(of: [latents] + changed, label: asked.label)], axis: 0)
            .grid(columns: steps + 2, on: device).write(to: output)
        print("Wrote \(output).")
    }

    private func latents(
        of given: Tensor, _ labels: [Int]?, by model: some LatentModel, on device: Device
    ) throws -> [Double] {
        guard draw else { return try model.rows(of: given, labels: labels, on: device)[0] }
        var noise = RandomStream(seed: chance.seed, for: .sampling)
        return try model.drawnLatents(of: given, labels: labels, noise: &noise)
            .array(of: Float.self, on: device).map(Double.init)
    }
}
