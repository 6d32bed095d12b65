import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet sample RUN`.
struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws pictures with a trained model.",
        discussion: """
            Example:

              gannet sample runs/vae --count 100 --seed 7 --output samples.png
              gannet sample runs/ddpm --sampler ddim --steps 50
              gannet sample runs/pixelcnn --temperature 0.9
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption
    @OptionGroup var picture: PictureOptions

    @Option(help: "How a diffusion model goes from noise to pictures: ddim or ddpm. (default: ddpm)")
    var sampler: SamplerName?

    @Option(help: "The number of steps in which it does so. (default: 100)")
    var steps: Int?

    @OptionGroup var drawing: DrawingArguments

    @OptionGroup var device: DeviceOption

    func validate() throws {
        if drawing.options() != nil, sampler != nil || steps != nil {
            throw ValidationError(
                "--temperature and --naive are for PixelCNNs and PixelRNNs, --sampler and --steps for diffusion models: give "
                    + "those of one kind.")
        }
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let output = picture.output ?? saved.folder.path + "/samples.png"
        try samples(saved).grid(on: device).write(to: output)
        print("Wrote \(output).")
    }

    private func samples(_ saved: SavedRun) throws -> Tensor {
        guard let options = drawing.options() else {
            return try model(saved).samples(picture.count, seed: picture.seed)
        }
        guard let model = saved.model as? any PixelwiseModel else {
            throw TrainingError(
                .badRun,
                "\(trained.path) holds \(saved.kind.title), and --temperature and --naive are for PixelCNNs and PixelRNNs."
            )
        }
        return model.samples(picture.count, seed: picture.seed, options: options)
    }

    /// The run's model, drawing as the options say.
    private func model(_ saved: SavedRun) throws -> any GenerativeModel {
        if sampler == nil, steps == nil { return try saved.generativeModel() }
        guard var model = saved.model as? DDPM else {
            throw TrainingError(
                .badRun,
                "\(trained.path) holds \(saved.kind.title), and --sampler and --steps are for diffusion models."
            )
        }
        let kind: DiffusionSampler.Kind = sampler == .ddim ? .ddim(eta: 0) : .ddpm
        let count = steps ?? model.sampler.timesteps.count
        if count < 1 || count > model.schedule.timesteps {
            throw ValidationError("--steps is \(count), and must be from 1 to \(model.schedule.timesteps).")
        }
        model.sampler = DiffusionSampler(kind, schedule: model.schedule, steps: count)
        return model
    }
}

/// The ways from noise to pictures.
enum SamplerName: String, ExpressibleByArgument, CaseIterable {
    case ddim
    case ddpm
}
