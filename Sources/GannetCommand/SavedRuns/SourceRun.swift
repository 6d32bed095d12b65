import Gannet
import GannetModels

/// A run whose model another run begins with: its path, and what its `config.json` says, so that it is not needed any more once the other
/// has begun.
struct SourceRun<Part>: Hashable {
    let path: String
    private let configuration: JSON
    /// The shape of the model's pictures.
    let imageShape: Shape

    /// Takes the run at `path`; throws where its model is no `Part`, of which `need` tells what the run would have.
    init(_ path: String, need: String) throws(TrainingError) {
        let saved = try Self.read(path)
        _ = try saved.model(as: Part.self, for: need)
        self.path = path
        configuration = .object(saved.configuration.json)
        imageShape = try Self.known(configuration, path: saved.folder.configurationPath).imageShape
    }

    /// Reads what ``json`` gave.
    init(_ reader: ConfigurationReader) throws(TrainingError) {
        guard let path = reader.json["source"]?.stringValue, let configuration = reader.json["sourceModel"]
        else { throw reader.damaged }
        self.path = path
        self.configuration = configuration
        let known = try Self.known(configuration, path: reader.path)
        guard known.model(seed: 0) is Part else { throw reader.damaged }
        imageShape = known.imageShape
    }

    /// The entries of `config.json`.
    var json: [String: JSON] { ["source": .string(path), "sourceModel": configuration] }

    /// The model as it begins, which a checkpoint is to be read into.
    var untrained: Part {
        // It was read before.
        try! Self.known(configuration, path: path).model(seed: 0) as! Part
    }

    /// The model with the weights of the run.
    func trained() throws(TrainingError) -> Part {
        let saved = try Self.read(path)
        guard .object(saved.configuration.json) == configuration, let model = saved.model as? Part else {
            throw TrainingError(.badRun, "\(path) is not the run any more that this one was to begin with.")
        }
        return model
    }

    private static func known(
        _ json: JSON, path: String
    ) throws(TrainingError) -> any ImageModelConfiguration {
        let name = json["model"]?.stringValue
        let kind = KnownModels.all.first { $0.name == name } as? any ImageModelConfiguration.Type
        guard let kind else {
            throw TrainingError(.badRun, "\(path) is damaged: it does not name a model that is known.")
        }
        return try kind.init(json, path: path)
    }

    private static func read(_ path: String) throws(TrainingError) -> SavedRun {
        do {
            return try SavedRun(path)
        } catch let error as TrainingError {
            throw error
        } catch {
            throw TrainingError(.badRun, "\(error)")
        }
    }
}
