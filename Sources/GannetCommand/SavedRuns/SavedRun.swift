import Gannet
import GannetData
import GannetModels

/// A model as a training run left it.
struct SavedRun {
    /// Where the run's files are.
    let folder: RunFolder
    /// The model with the weights of the last checkpoint.
    let model: VAE
    /// What the model was trained on; nil where the run does not say.
    let data: DataSource?
    /// The number of steps it was trained; nil where the checkpoint does not say.
    let step: Int?

    /// Reads the run in a folder.
    init(_ path: String) throws {
        folder = RunFolder(path)
        if !FileAccess.exists(path) {
            throw TrainingError(.badRun, "There is no folder \(path); train a model first: gannet train vae.")
        }
        let json = try folder.configuration()
        model = try VAEConfiguration(json, path: folder.configurationPath).model()
        let checkpoint = try folder.checkpoint()
        try model.load(checkpoint)
        data = json["data"]?.stringValue.flatMap(DataSource.init(argument:))
        step = checkpoint.metadata["step"].flatMap { Int($0) }
    }

    /// The pictures to judge the model by: those of `chosen`, or of the data it was trained on.
    func testData(_ chosen: DataSource?) throws -> (source: DataSource, pictures: ImageDataSet) {
        guard let source = chosen ?? data else {
            throw TrainingError(
                .badRun, "\(folder.path) does not say what it was trained on: name it with --data.")
        }
        return (source, try source.loadTest(imageShape: model.imageShape))
    }
}
