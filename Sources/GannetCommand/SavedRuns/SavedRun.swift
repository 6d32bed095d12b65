import Gannet
import GannetData
import GannetModels

/// A model as a training run left it.
struct SavedRun {
    /// Where the run's files are.
    let folder: RunFolder
    /// What kind of model it is.
    let kind: any ModelConfiguration.Type
    /// The model with the weights of a checkpoint, or with their averages where there are such.
    let model: any ImageModel
    /// What the model was trained on; nil where the run does not say.
    let data: DataSource?
    /// How the pictures that it was trained on became black and white.
    private let binarization: (name: BinarizationName, seed: UInt64)
    /// The number of steps it was trained; nil where the checkpoint does not say.
    let step: Int?

    /// Reads the run in a folder, with the weights of one of its checkpoints.
    init(_ path: String, checkpoint choice: RunFolder.CheckpointChoice = .last) throws {
        folder = RunFolder(path)
        if !FileAccess.exists(path) {
            throw TrainingError(.badRun, "There is no folder \(path); train a model first: gannet train vae.")
        }
        let json = try folder.configuration()
        kind = KnownModels.all.first { $0.name == json["model"]?.stringValue } ?? VAEConfiguration.self
        model = try Self.model(kind, json, path: folder.configurationPath)
        let checkpoint = try folder.checkpoint(choice)
        try model.load(checkpoint)
        try model.loadAverages(checkpoint)
        data = json["data"]?.stringValue.flatMap(DataSource.init(argument:))
        binarization = (BinarizationName(saved: json), json["seed"]?.stringValue.flatMap { UInt64($0) } ?? 0)
        step = checkpoint.metadata["step"].flatMap { Int($0) }
    }

    private static func model<Configuration: ModelConfiguration>(
        _ kind: Configuration.Type, _ json: JSON, path: String
    ) throws(TrainingError) -> any ImageModel {
        try Configuration(json, path: path).model(seed: 0)
    }

    /// The model as one that can do what a command needs; throws where it cannot.
    func model<Model>(as type: Model.Type, for need: String) throws(TrainingError) -> Model {
        guard let model = model as? Model else {
            throw TrainingError(.badRun, "\(folder.path) holds \(kind.title), which has no \(need).")
        }
        return model
    }

    /// The model as one that draws pictures; throws where it does not.
    func generativeModel() throws(TrainingError) -> any GenerativeModel {
        try model(as: (any GenerativeModel).self, for: "pictures to draw")
    }

    /// The pictures to judge the model by: those of `chosen`, or of the data it was trained on; black and white as those
    /// were.
    func testData(_ chosen: DataSource?) throws -> (source: DataSource, pictures: any DataSet) {
        guard let source = chosen ?? data else {
            throw TrainingError(
                .badRun, "\(folder.path) does not say what it was trained on: name it with --data.")
        }
        return (source, prepared(try source.loadTest(imageShape: model.imageShape)))
    }

    /// Pictures to judge the model by, black and white as those it was trained on.
    func prepared(_ pictures: any DataSet) -> any DataSet {
        binarization.name.test(pictures, seed: binarization.seed)
    }
}
