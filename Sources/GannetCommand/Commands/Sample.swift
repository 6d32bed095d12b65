import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet sample RUN`.
struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws pictures or makes sounds with a trained model.",
        discussion: """
            Example:

              gannet sample runs/vae --count 100 --seed 7 --output samples.png
              gannet sample runs/ddpm --sampler ddim --steps 50
              gannet sample runs/pixelcnn --temperature 0.9
              gannet sample runs/wavenet --seconds 2 --output notes.wav
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption
    @OptionGroup var drawn: DrawnOptions

    @Option(help: "How a diffusion model goes from noise to pictures: ddim or ddpm. (default: ddpm)")
    var sampler: SamplerName?

    @Option(help: "The number of steps in which it does so. (default: 100)")
    var steps: Int?

    @OptionGroup var drawing: DrawingArguments

    @Option(
        help: ArgumentHelp(
            "Of sounds: how many samples each has. By default as many as the pieces that the model was trained on.",
            valueName: "samples"))
    var length: Int?

    @Option(help: "Of sounds: how many seconds each lasts, in place of --length.")
    var seconds: Double?

    @OptionGroup var device: DeviceOption

    func validate() throws {
        if drawing.options() != nil, sampler != nil || steps != nil {
            throw ValidationError(
                "--temperature and --naive are for PixelCNNs, PixelRNNs and WaveNets, --sampler and --steps for diffusion "
                    + "models: give those of one kind.")
        }
        if length != nil, seconds != nil { throw ValidationError("Give --length or --seconds, not both.") }
        if length != nil || seconds != nil, sampler != nil || steps != nil {
            throw ValidationError(
                "--length and --seconds are for sounds, --sampler and --steps for diffusion models: give those of one kind."
            )
        }
        if let length, length < 1 { throw ValidationError("--length is \(length), and must be at least 1.") }
        if let seconds, !(seconds > 0 && seconds.isFinite) {
            throw ValidationError("--seconds is \(seconds), and must be positive.")
        }
    }

    func run() throws {
        let device = try device.device()
        let saved = try SavedRun(trained.path, checkpoint: weights.checkpoint)
        let data = type(of: saved.configuration).dataType
        let output = drawn.output ?? saved.folder.path + "/samples" + data.fileSuffix
        let samples = try samples(saved, count: drawn.count ?? data.sampleCount)
        let paths = try DrawingProgress.shown {
            try saved.configuration.write(samples, to: output, on: device)
        }
        print(
            "Wrote \(paths.count > 2 ? "\(paths[0]) to \(paths.last!)" : paths.joined(separator: " and ")).")
    }

    private func samples(_ saved: SavedRun, count: Int) throws -> Tensor {
        if let configuration = saved.configuration as? WaveNetConfiguration,
            let model = saved.model as? WaveNet, sampler == nil, steps == nil
        {
            return model.samples(
                count, seed: drawn.seed, options: try soundOptions(configuration, count: count))
        }
        if length != nil || seconds != nil {
            throw TrainingError(
                .badRun,
                "\(trained.path) holds \(saved.kind.title), and --length and --seconds are for models of sounds."
            )
        }
        guard let options = drawing.options() else {
            return try model(saved).samples(count, seed: drawn.seed)
        }
        guard let model = saved.model as? any PixelwiseModel else {
            throw TrainingError(
                .badRun,
                "\(trained.path) holds \(saved.kind.title), and --temperature and --naive are for PixelCNNs, PixelRNNs and "
                    + "WaveNets."
            )
        }
        return model.samples(count, seed: drawn.seed, options: options)
    }

    /// How `count` sounds are drawn.
    private func soundOptions(_ configuration: WaveNetConfiguration, count: Int) throws -> SoundOptions {
        let samples =
            length.map(Double.init) ?? seconds.map { ($0 * Double(configuration.samplingRate)).rounded() }
            ?? Double(configuration.length)
        if samples < 1 || samples * Double(count) > Double(Self.mostSamples) {
            throw ValidationError(
                "\(count) \(count == 1 ? "sound" : "sounds") of \(Format.number(samples, digits: 0)) samples are asked for, and "
                    + "1 to \(Self.mostSamples) can be drawn at once.")
        }
        let options = drawing.options() ?? DrawingOptions()
        return SoundOptions(
            length: Int(samples), temperature: options.temperature, isNaive: options.isNaive)
    }
    private static let mostSamples = 100_000_000

    /// The run's model, drawing as the options say.
    private func model(_ saved: SavedRun) throws -> any GenerativeModel {
        if sampler == nil, steps == nil { return try saved.pictureModel() }
        guard var model = saved.model as? DDPM else {
            throw TrainingError(
                .badRun,
                "\(trained.path) holds \(saved.kind.title), and --sampler and --steps are for diffusion models."
            )
        }
        let kind: DiffusionSampler.Kind = sampler == .ddim ? .ddim(eta: 0) : .ddpm
        let count = steps ?? model.sampler.timesteps.count
        try checkRange("--steps", count, 1...model.schedule.timesteps)
        model.sampler = DiffusionSampler(kind, schedule: model.schedule, steps: count)
        return model
    }
}

/// The ways from noise to pictures.
enum SamplerName: String, ExpressibleByArgument, CaseIterable {
    case ddim
    case ddpm
}
