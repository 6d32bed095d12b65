import Gannet
import GannetData
import GannetModels

/// A model as a training run left it.
struct SavedRun {
    /// Where the run's files are.
    let folder: RunFolder
    /// What the model is like.
    let configuration: any ModelConfiguration
    /// The model with the weights of a checkpoint, or with their averages where there are such.
    let model: any Module
    /// What the model was trained on; nil where the run does not say.
    let data: DataSource?
    /// What the run's `config.json` says.
    private let saved: JSON
    /// The number of steps it was trained; nil where the checkpoint does not say.
    let step: Int?

    /// Reads the run in a folder, with the weights of one of its checkpoints.
    init(_ path: String, checkpoint choice: RunFolder.CheckpointChoice = .last) throws {
        folder = RunFolder(path)
        if !FileAccess.exists(path) {
            throw TrainingError(.badRun, "There is no folder \(path); train a model first: gannet train vae.")
        }
        saved = try folder.configuration()
        let name = saved["model"]?.stringValue
        let kind = KnownModels.all.first { $0.name == name } ?? VAEConfiguration.self
        configuration = try kind.init(saved, path: folder.configurationPath)
        model = configuration.model(seed: 0)
        let checkpoint = try folder.checkpoint(choice)
        try model.load(checkpoint)
        try model.loadAverages(checkpoint)
        data = saved["data"]?.stringValue.flatMap(DataSource.init(argument:))
        step = checkpoint.metadata["step"].flatMap { Int($0) }
    }

    /// What kind of model it is.
    var kind: any ModelConfiguration.Type { type(of: configuration) }

    /// The model as one that can do what a command needs; throws where it cannot.
    func model<Model>(as type: Model.Type, for need: String) throws(TrainingError) -> Model {
        guard let model = model as? Model else {
            throw TrainingError(.badRun, "\(folder.path) holds \(kind.title), which has no \(need).")
        }
        return model
    }

    /// The examples to judge the model by: those of `chosen`, or of the data it was trained on; made ready as those were.
    func testData(_ chosen: DataSource?) throws -> (source: DataSource, examples: any DataSet) {
        let source = try source(chosen)
        return (source, try configuration.testData(from: source, saved: saved))
    }

    private func source(_ chosen: DataSource?) throws(TrainingError) -> DataSource {
        guard let source = chosen ?? data else {
            throw TrainingError(
                .badRun, "\(folder.path) does not say what it was trained on: name it with --data.")
        }
        return source
    }

    /// The pictures that the model was trained on, made ready as they were, or those of `chosen`.
    func trainingPictures(_ chosen: DataSource?) throws -> any DataSet {
        let size = saved["imageSize"]?.integerValue.map { ["--image-size", "\($0)"] } ?? []
        return try PictureData(
            from: try source(chosen), try PicturePreparation.parse(size), saved: saved,
            isOther: chosen != nil,
            seed: saved["seed"]?.stringValue.flatMap { UInt64($0) } ?? 0
        ).training
    }

    /// Pictures to judge the model by, black and white as those it was trained on.
    func prepared(_ pictures: any DataSet) -> any DataSet {
        BinarizationName.test(pictures, as: saved)
    }
}
