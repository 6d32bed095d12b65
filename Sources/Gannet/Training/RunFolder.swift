/// The folder that a training run keeps its files in.
///
/// `config.json` says what was trained and how; `metrics.jsonl` has a line a step, and files called `events…` the same
/// for TensorBoard; `checkpoint.safetensors` is all that is needed to go on, and `best.safetensors` what it was when the
/// evaluation gave the best figure; `loss.svg` shows the losses, `gradients.svg` and `diversity.svg` the norms of gradients and how
/// various samples are where these are measured; `samples` is for what the model makes.
public struct RunFolder: Sendable, Hashable {
    /// One of the checkpoints that a run keeps.
    public enum CheckpointChoice: String, Sendable, Hashable, CaseIterable {
        /// The last: the one to go on from.
        case last
        /// The one whose evaluation gave the best figure.
        case best
    }

    /// The folder's path.
    public let path: String

    /// Names a folder; nothing is created.
    public init(_ path: String) { self.path = path }

    /// What was trained and how.
    public var configurationPath: String { path + "/config.json" }
    /// A JSON object a line: the loss of each step, and evaluations.
    public var metricsPath: String { path + "/metrics.jsonl" }
    /// Weights, optimiser, step, data order and random state.
    public var checkpointPath: String { path + "/checkpoint.safetensors" }
    /// The same, of the step whose evaluation gave the best figure.
    public var bestCheckpointPath: String { path + "/best.safetensors" }
    /// A picture of the losses.
    public var lossCurvePath: String { path + "/loss.svg" }
    /// A picture of the norms of gradients.
    public var gradientsPath: String { path + "/gradients.svg" }
    /// A picture of how various samples are.
    public var diversityPath: String { path + "/diversity.svg" }
    /// The folder of what the model makes.
    public var samplesPath: String { path + "/samples" }

    /// Whether a run has begun here.
    public var holdsRun: Bool {
        [configurationPath, metricsPath, checkpointPath].contains { FileAccess.exists($0) }
    }

    /// Whether there is a checkpoint to go on from.
    public var holdsCheckpoint: Bool { FileAccess.exists(checkpointPath) }

    /// Makes the folder ready for a run. Leaves an existing run untouched, and refuses it unless it is to be
    /// resumed.
    public func prepare(resuming: Bool) throws {
        if holdsRun, !resuming {
            throw TrainingError(
                .runExists, "\(path) already holds a run; resume it, or name another folder.")
        }
        try FileAccess.createFolder(path)
        try FileAccess.createFolder(samplesPath)
    }

    /// The contents of `config.json`.
    public func configuration() throws -> JSON {
        guard FileAccess.exists(configurationPath) else {
            throw TrainingError(.badRun, "\(path) holds no run: there is no config.json.")
        }
        let bytes = try FileAccess.read(configurationPath)
        do {
            return try JSON(parsing: bytes)
        } catch {
            throw TrainingError(.badRun, "\(configurationPath) is damaged: \(error).")
        }
    }

    /// Writes `config.json`.
    public func write(configuration: JSON) throws(FileError) {
        try FileAccess.write(configuration.indentedDescription + "\n", to: configurationPath)
    }

    /// The contents of a checkpoint.
    public func checkpoint(_ choice: CheckpointChoice = .last) throws -> Checkpoint {
        switch choice {
        case .last:
            if !holdsCheckpoint {
                throw TrainingError(
                    .badRun,
                    "\(path) has no checkpoint yet: train for at least an epoch, or stop the run with Ctrl-C."
                )
            }
            return try Checkpoint(contentsOf: checkpointPath)
        case .best:
            if !FileAccess.exists(bestCheckpointPath) {
                throw TrainingError(
                    .badRun,
                    "\(path) has no best checkpoint: its model was not evaluated yet, or has no figure to be judged "
                        + "by; take the last one.")
            }
            return try Checkpoint(contentsOf: bestCheckpointPath)
        }
    }
}
