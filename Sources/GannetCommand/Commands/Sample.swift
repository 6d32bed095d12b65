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
              gannet sample runs/ddpm --sampler dpm-solver --sampler-steps 20
              gannet sample runs/digits --class 7 --guidance 2
              gannet sample runs/pixelcnn --temperature 0.9
              gannet sample runs/wavenet --seconds 2 --output notes.wav
            """)

    @OptionGroup var trained: RunArgument
    @OptionGroup var weights: CheckpointOption
    @OptionGroup var drawn: DrawnOptions

    @OptionGroup var drawing: DrawingArguments

    @OptionGroup var asked: ClassOption

    @Option(
        help: ArgumentHelp(
            "Of sounds: how many samples each has. By default as many as the pieces that the model was trained on.",
            valueName: "samples"))
    var length: Int?

    @Option(help: "Of sounds: how many seconds each lasts, in place of --length.")
    var seconds: Double?

    @OptionGroup var device: DeviceOption

    func validate() throws {
        if length != nil, seconds != nil { throw ValidationError("Give --length or --seconds, not both.") }
        if length != nil || seconds != nil, drawing.isOfDiffusion {
            throw ValidationError(
                "--length and --seconds are for sounds, --sampler, --sampler-steps, --eta, --guidance and --weaker for diffusion models: "
                    + "give those of one kind."
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
            let model = saved.model as? WaveNet, !drawing.isOfDiffusion
        {
            var options = try soundOptions(configuration, count: count)
            if let label = asked.label {
                try saved.checkClass(label, of: model.classCount)
                options.labels = [Int](repeating: label, count: count)
            }
            return model.samples(count, seed: drawn.seed, options: options)
        }
        if length != nil || seconds != nil {
            throw TrainingError(
                .badRun,
                "\(trained.path) holds \(saved.kind.title), and --length and --seconds are for models of sounds."
            )
        }
        let model = try saved.pictureModel(drawing: drawing)
        guard let label = asked.label else { return model.samples(count, seed: drawn.seed) }
        let conditional = model as? any ConditionalModel
        try saved.checkClass(label, of: conditional?.conditioningClassCount)
        return conditional!.samples(of: [Int](repeating: label, count: count), seed: drawn.seed)
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
        let options = drawing.order ?? DrawingOptions()
        return SoundOptions(
            length: Int(samples), temperature: options.temperature, isNaive: options.isNaive)
    }
    private static let mostSamples = 100_000_000
}
