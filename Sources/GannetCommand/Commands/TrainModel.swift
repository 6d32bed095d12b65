import ArgumentParser
import Gannet
import GannetData
import GannetModels

/// `gannet train vae`, and the like for each model.
struct TrainModel<Configuration: ModelConfiguration>: ParsableCommand {
    /// What an example is called.
    private static var example: String { Configuration.example }

    static var configuration: CommandConfiguration {
        let options = Configuration.Data.exampleOptions
        return CommandConfiguration(
            commandName: Configuration.name,
            abstract: "Trains \(Configuration.longTitle).",
            discussion: """
                \(Configuration.explanation) The run's folder gets config.json, metrics.jsonl, \
                checkpoint.safetensors, loss.svg and, of a model that draws, \(example)s in samples; also best.safetensors, the \
                checkpoint with the best figure, where the model can be judged by the test \(example)s.

                Ctrl-C stops after the present step and saves; --resume goes on from there. A resumed run ends with \
                the same checkpoint, byte for byte, as one that was not stopped. With --resume an option that is not \
                given keeps the value it had.

                Examples:

                  gannet train \(Configuration.name)
                  gannet train \(Configuration.name) --data \(options.data) --epochs 20 --output \(options.run)
                  gannet train \(Configuration.name) --resume --output \(options.run)
                """)
    }

    @Option(
        help: ArgumentHelp(
            "What to train on: \(Configuration.Data.sources) (default: \(Configuration.Data.standardSource))",
            valueName: "path|\(Configuration.Data.standardSource)"))
    var data: DataSource?

    @OptionGroup var preparation: Configuration.Data.Options

    @OptionGroup(title: "Model") var model: Configuration.Options

    @OptionGroup var device: DeviceOption

    @Option(help: "How many times to go through the data. (default: \(Configuration.defaults.epochs))")
    var epochs: Int?

    @Option(help: "How many updates to make, in place of --epochs.")
    var steps: Int?

    @Option(
        help:
            "How many \(Configuration.example)s each update takes. (default: \(Configuration.defaults.batchSize))"
    )
    var batchSize: Int?

    @Option(help: "The step size. (default: \(Configuration.defaults.learningRate))")
    var learningRate: Float?

    @OptionGroup(title: "Updates") var updates: OptimizerOptions

    @Option(
        help: ArgumentHelp(
            "Judge by the test \(Configuration.example)s, draw and save after each so many updates. (default: after each epoch)",
            valueName: "steps"))
    var evaluateEvery: Int?

    @Option(
        help: ArgumentHelp(
            "Save after each so many updates, too. (default: after each epoch)", valueName: "steps"))
    var checkpointEvery: Int?

    @Option(help: "What weights, noise and the order of the data follow from. (default: 0)")
    var seed: UInt64?

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder of the run.", valueName: "dir"))
    var output = "runs/\(Configuration.name)"

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
        var settings = try TrainingSettings(self, saved: saved)
        let device = try device.device(orNamed: saved["device"]?.stringValue)
        let data = try Configuration.Data(
            from: settings.data, preparation, saved: saved, isOther: self.data != nil,
            seed: settings.plan.seed)
        let configuration =
            try saved == [:]
            ? Configuration(for: data, model) : Configuration(saved, path: folder.configurationPath)
        try configuration.check(data, model)
        settings.optimizer.updateCount =
            settings.plan.stepCount(exampleCount: data.training.count) / settings.optimizer.accumulation
        let seed = settings.plan.seed
        let model =
            saved == [:] ? try configuration.firstModel(seed: seed) : configuration.model(seed: seed)
        let training = try TrainingRun(
            of: model, by: configuration.procedure(for: model, by: settings.optimizer),
            on: data.training, evaluating: data.test, plan: settings.plan, folder: folder,
            configuration: configuration.json.merging(settings.optimizer.json) { $1 }.merging(data.json) {
                $1
            }
            .merging(["data": .string(data.source.description), "device": .string(device.name)]) { $1 },
            resuming: resume, device: device)
        Console.note(
            "Training \(Configuration.title) on \(Format.count(Double(data.training.count))) \(Self.example)s of "
                + "\(data.source), on \(device).")
        if let before = saved["tiles"]?.stringValue, let tiles = device.tiles, tiles != before {
            Console.note(
                "The kernels' tiles were \(before), and are \(tiles): sums may differ in their last bits.")
        }
        var reporter = ProgressReporter(folder: folder, configuration, on: device)
        let summary = try training.run(stop: interruption.stop) { try reporter.report($0) }
        try finish(summary, stepCount: training.stepCount)
    }

    private func finish(_ summary: TrainingSummary, stepCount: Int) throws {
        if !summary.isComplete {
            Console.note(
                "Stopped after step \(summary.step) of \(stepCount). Go on with: "
                    + "gannet train \(Configuration.name) --resume --output \(output)")
            throw ExitCode.stopped
        }
        if let evaluation = summary.evaluation, let score = Configuration.score {
            print("\(score.phrase(evaluation.value, per: Self.example)), after \(summary.step) steps")
            if let best = summary.best, best.step != summary.step {
                print("The best was \(score.text(best.evaluation.value)), after \(best.step) steps.")
            }
        }
        let next =
            Configuration.Model.self is any GenerativeModel.Type
            ? "Its \(Self.example)s: gannet sample \(output)" : "Its figure again: gannet evaluate \(output)"
        print("The run is in \(output). \(next)")
    }
}

/// What a training run is to be: the options that were given, else what the run was begun with, else the defaults.
private struct TrainingSettings {
    let data: DataSource
    let plan: TrainingPlan
    var optimizer: OptimizerSettings

    init<Configuration>(_ command: TrainModel<Configuration>, saved: JSON) throws {
        if command.epochs != nil, command.steps != nil {
            throw ValidationError("Give --epochs or --steps, not both.")
        }
        let defaults = Configuration.defaults
        data =
            command.data ?? saved["data"]?.stringValue.flatMap(DataSource.init(argument:))
            ?? Configuration.Data.standardSource
        let length: TrainingPlan.Length
        if let steps = command.steps {
            length = .steps(steps)
        } else if let epochs = command.epochs {
            length = .epochs(epochs)
        } else if let steps = saved["steps"]?.integerValue {
            length = .steps(steps)
        } else {
            length = .epochs(saved["epochs"]?.integerValue ?? defaults.epochs)
        }
        plan = TrainingPlan(
            length: length,
            batchSize: command.batchSize ?? saved["batchSize"]?.integerValue ?? defaults.batchSize,
            seed: command.seed ?? saved["seed"]?.stringValue.flatMap { UInt64($0) } ?? 0,
            checkpointInterval: command.checkpointEvery ?? saved["checkpointEvery"]?.integerValue,
            evaluationInterval: command.evaluateEvery ?? saved["evaluateEvery"]?.integerValue,
            sampleCount: defaults.sampleCount, diversityCount: defaults.diversityCount)
        try plan.validate()
        optimizer = try OptimizerSettings(
            command.updates,
            learningRate: command.learningRate ?? saved["learningRate"]?.doubleValue.map { Float($0) }
                ?? defaults.learningRate, averageDecay: defaults.averageDecay, rule: defaults.optimizer,
            decays: defaults.decays, saved: saved)
    }
}
