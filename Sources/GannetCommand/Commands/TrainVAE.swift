import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet train vae`.
struct TrainVAE: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vae",
        abstract: "Trains a variational autoencoder.",
        discussion: """
            The model is 784-400-(20+20), 20-400-784 for pictures of 28×28, with a Bernoulli decoder, trained by \
            Adam. The run's folder gets config.json, metrics.jsonl, checkpoint.safetensors, loss.svg and pictures \
            in samples.

            Ctrl-C stops after the present step and saves; --resume goes on from there. A resumed run ends with \
            the same checkpoint, byte for byte, as one that was not stopped. With --resume an option that is not \
            given keeps the value it had.

            Examples:

              gannet train vae
              gannet train vae --data data/mnist --epochs 20 --output runs/digits
              gannet train vae --resume --output runs/digits
            """)

    @Option(
        help: ArgumentHelp(
            "What to train on: 'glyphs', letters that the program draws itself, or the folder of the four files "
                + "of MNIST, plain or gzip. (default: glyphs)", valueName: "path|glyphs"))
    var data: DataSource?

    @OptionGroup var device: DeviceOption

    @Option(help: "How many times to go through the data. (default: 10)")
    var epochs: Int?

    @Option(help: "How many updates to make, in place of --epochs.")
    var steps: Int?

    @Option(help: "How many pictures each update takes. (default: 128)")
    var batchSize: Int?

    @Option(help: "The step size of Adam. (default: 0.001)")
    var learningRate: Float?

    @Option(help: "What weights, noise and the order of the data follow from. (default: 0)")
    var seed: UInt64?

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder of the run.", valueName: "dir"))
    var output = "runs/vae"

    @Flag(help: "Go on with the run in the folder; start one where there is no checkpoint yet.")
    var resume = false

    func run() throws {
        let interruption = Interruption()
        let folder = RunFolder(output)
        if folder.holdsRun, !resume {
            throw TrainingError(
                .runExists,
                "\(output) already holds a run: go on with it by --resume, or name another folder by --output."
            )
        }
        let saved = resume && folder.holdsCheckpoint ? try folder.configuration() : [:]
        let settings = try TrainingSettings(self, saved: saved)
        let device = try device.device(orNamed: saved["device"]?.stringValue)
        let pictures = try settings.data.load()
        let configuration =
            try saved == [:]
            ? VAEConfiguration(imageShape: pictures.training.imageShape)
            : VAEConfiguration(saved, path: folder.configurationPath)
        if configuration.imageShape != pictures.training.imageShape {
            throw DataError(
                .mismatch, path: settings.data.description,
                "The pictures of \(settings.data) are of shape \(pictures.training.imageShape), and the run's "
                    + "model is for \(configuration.imageShape); train on other data in another folder.")
        }
        let model = configuration.model(seed: settings.plan.seed)
        let training = try TrainingRun(
            of: model, with: Adam(for: model, learningRate: settings.learningRate), on: pictures.training,
            evaluating: pictures.test, plan: settings.plan, folder: folder,
            configuration: configuration.json.merging([
                "data": .string(settings.data.description), "device": .string(device.name),
            ]) { $1 },
            resuming: resume, device: device)
        Console.note(
            "Training a VAE on \(Format.count(Double(pictures.training.count))) pictures of \(settings.data), "
                + "on \(device).")
        var reporter = ProgressReporter(folder: folder)
        let summary = try training.run(stop: interruption.stop) { try reporter.report($0) }
        try finish(summary, stepCount: training.stepCount)
    }

    private func finish(_ summary: TrainingSummary, stepCount: Int) throws {
        if !summary.isComplete {
            Console.note(
                "Stopped after step \(summary.step) of \(stepCount). Go on with: "
                    + "gannet train vae --resume --output \(output)")
            throw ExitCode.stopped
        }
        if let bound = summary.negativeLogLikelihoodBound {
            print(
                "negative ELBO \(Format.number(bound, digits: 2)) nats per picture, after \(summary.step) steps"
            )
        }
        print("The run is in \(output). Pictures: gannet sample \(output)")
    }
}

/// What a training run is to be: the options that were given, else what the run was begun with, else the defaults.
private struct TrainingSettings {
    let data: DataSource
    let plan: TrainingPlan
    let learningRate: Float

    init(_ command: TrainVAE, saved: JSON) throws {
        if command.epochs != nil, command.steps != nil {
            throw ValidationError("Give --epochs or --steps, not both.")
        }
        data = command.data ?? saved["data"]?.stringValue.flatMap(DataSource.init(argument:)) ?? .glyphs
        let length: TrainingPlan.Length
        if let steps = command.steps {
            length = .steps(steps)
        } else if let epochs = command.epochs {
            length = .epochs(epochs)
        } else if let steps = saved["steps"]?.integerValue {
            length = .steps(steps)
        } else {
            length = .epochs(saved["epochs"]?.integerValue ?? 10)
        }
        plan = TrainingPlan(
            length: length,
            batchSize: command.batchSize ?? saved["batchSize"]?.integerValue ?? 128,
            seed: command.seed ?? saved["seed"]?.stringValue.flatMap { UInt64($0) } ?? 0)
        try plan.validate()
        learningRate = command.learningRate ?? saved["learningRate"]?.doubleValue.map { Float($0) } ?? 1e-3
        if !learningRate.isFinite || learningRate <= 0 {
            throw TrainingError(
                .badPlan, "The learning rate is \(learningRate), and must be a number above 0.")
        }
    }
}
