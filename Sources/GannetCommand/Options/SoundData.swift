import ArgumentParser
import Gannet
import GannetData

/// How sounds are made ready for a model.
struct SoundPreparation: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The samples of the pieces that sounds are cut into. (default: \(SoundData.standardLength))",
            valueName: "samples"))
    var length: Int?

    func validate() throws { try checkRange("--length", length, SoundData.lengths) }
}

/// Sounds, cut into pieces.
struct SoundData: TrainingData {
    static let name = "sound"
    static let standardSource = DataSource.tones
    static let sources =
        "'tones', plucked notes that the program makes itself, or a folder with WAV files of one sampling rate, each class "
        + "in a folder of its own or not, all of them in folders train and test or not."
    static let exampleOptions = (data: "data/speech", run: "runs/speech")
    static let sampleCount = 4
    static let fileSuffix = ".wav"

    /// The samples of a piece unless the user says otherwise, and as many as there may be.
    static let standardLength = 4096
    static let lengths = 1...10_000_000

    let source: DataSource
    /// The pieces to train on.
    let pieces: SoundDataSet
    let test: any DataSet

    var training: any DataSet { pieces }
    var json: [String: JSON] { [:] }

    init(
        from source: DataSource, _ options: SoundPreparation, saved: JSON, isOther: Bool, seed: UInt64
    ) throws {
        self.source = source
        let parts = try source.sounds(
            length: options.length ?? saved["length"]?.integerValue ?? Self.standardLength)
        pieces = parts.training
        test = parts.test
    }

    private init(_ sounds: SoundDataSet) { (source, pieces, test) = (Self.standardSource, sounds, sounds) }

    static func blank(_ count: Int) -> SoundData {
        let silence = Sound(samples: [Float](repeating: 0, count: standardLength), samplingRate: 16_000)
        return SoundData(SoundDataSet([Sound](repeating: silence, count: count), length: standardLength))
    }
}
