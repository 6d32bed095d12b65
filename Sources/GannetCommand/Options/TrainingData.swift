import ArgumentParser
import Gannet

/// What models are trained on and judged by: pictures or sounds, and how the tool reads and names them.
protocol TrainingData {
    /// The options of `gannet train` for models of such data.
    associatedtype Options: ParsableArguments

    /// One of them in sentences: "picture".
    static var name: String { get }
    /// What they are where the user names none.
    static var standardSource: DataSource { get }
    /// What `--data` can be, for the help.
    static var sources: String { get }
    /// Options that name data and a run, for the help.
    static var exampleOptions: (data: String, run: String) { get }
    /// How many `gannet sample` draws unless the user says otherwise.
    static var sampleCount: Int { get }
    /// What the names of files end in that hold what a model draws.
    static var fileSuffix: String { get }

    /// Where they come from.
    var source: DataSource { get }
    /// The examples to train on.
    var training: any DataSet { get }
    /// The examples to judge by.
    var test: any DataSet { get }
    /// The entries of `config.json` that say how they were made ready.
    var json: [String: JSON] { get }

    /// Reads them.
    ///
    /// - Parameters:
    ///   - source: Where they come from.
    ///   - options: How they are made ready, as far as that was said.
    ///   - saved: What the run's `config.json` says of what was not; empty for a new run. It was made for other data where
    ///     `isOther`.
    ///   - isOther: Whether the user has named the data.
    ///   - seed: What is drawn at random follows from it.
    init(from source: DataSource, _ options: Options, saved: JSON, isOther: Bool, seed: UInt64) throws

    /// `count` examples of the usual size with nothing in them.
    static func blank(_ count: Int) -> Self
}
