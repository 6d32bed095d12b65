import Gannet

extension SoundDataSet {
    /// Reads the WAV files of a folder, all of one sampling rate, and cuts them into pieces of `length` samples.
    ///
    /// Sounds in folders of their own are of classes: the folders' names in the order of their bytes are the classes 0, 1,
    /// …. Sounds that lie in the folder itself are of none.
    public init(folder: String, length: Int) throws(DataError) {
        let listing = try FileListing(folder, of: .sounds)
        var sounds: [Sound] = []
        for path in listing.paths {
            let sound = try Sound(contentsOf: path)
            if let first = sounds.first, first.samplingRate != sound.samplingRate {
                throw DataError(
                    .mismatch, path: path,
                    "\(path) has \(sound.samplingRate) samples a second, and \(listing.paths[0]) has "
                        + "\(first.samplingRate): bring all to one sampling rate.")
            }
            sounds.append(sound)
        }
        self.init(sounds, length: length, labels: listing.labels, classNames: listing.classNames)
    }

    /// Whether a folder holds WAV files, in itself or in folders of its own.
    public static func isPresent(in folder: String) -> Bool { FileListing.isPresent(.sounds, in: folder) }

    /// The pieces to train on and those to judge by.
    ///
    /// These are of what a folder holds in folders called `train` and `test` (or `val`, `valid`, `validation`), where it has
    /// both; else of the tenth, twentieth, … sound (of fewer than ten the last) those to judge by, and of the others those
    /// to train on. A sound that is alone is divided in the same way by its pieces.
    public static func parts(
        of folder: String, length: Int
    ) throws(DataError) -> (training: SoundDataSet, test: SoundDataSet) {
        if let parts = FileListing.parts(of: folder) {
            let training = try SoundDataSet(folder: parts.training, length: length)
            let test = try SoundDataSet(folder: parts.test, length: length)
            if training.classNames != test.classNames { throw DataError.otherClasses(parts) }
            if training.samplingRate != test.samplingRate {
                throw DataError(
                    .mismatch, path: parts.test,
                    "The sounds in \(parts.test) have \(test.samplingRate) samples a second, and those in "
                        + "\(parts.training) \(training.samplingRate): bring all to one sampling rate.")
            }
            return (training, test)
        }
        let all = try SoundDataSet(folder: folder, length: length)
        if all.sounds.count == 1 {
            let division = FileListing.division(of: all.count)
            return (all.subset(division.training), all.subset(division.test))
        }
        let division = FileListing.division(of: all.sounds.count)
        func part(_ numbers: [Int]) -> SoundDataSet {
            SoundDataSet(
                numbers.map { all.sounds[$0] }, length: length,
                labels: all.labels.map { labels in numbers.map { labels[$0] } }, classNames: all.classNames)
        }
        return (part(division.training), part(division.test))
    }
}
