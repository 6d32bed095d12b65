import Gannet

/// Sounds held in memory, cut into pieces of one length, with or without the class of each.
///
/// The examples are the pieces, one behind the other. What is left at the end of a sound and fills no piece is left out; a
/// sound that is shorter than a piece is followed by silence.
public struct SoundDataSet: DataSet {
    /// The sounds, all of the same sampling rate.
    public let sounds: [Sound]
    /// The class of each sound; nil where there are none.
    public let labels: [Int]?
    /// What the classes are called, in the order of their numbers.
    public let classNames: [String]
    /// The number of samples of a piece.
    public let length: Int
    /// Where each piece begins.
    private let pieces: [(sound: Int, start: Int)]

    public var count: Int { pieces.count }
    public var exampleShape: Shape { [length] }
    public var classCount: Int? { labels == nil ? nil : classNames.count }

    /// The number of samples a second.
    public var samplingRate: Int { sounds[0].samplingRate }

    /// Cuts sounds, at least one, into pieces.
    ///
    /// - Parameters:
    ///   - sounds: The sounds, of the same sampling rate, each with a sample at least.
    ///   - length: The number of samples of a piece.
    ///   - labels: The class of each sound, if known.
    ///   - classNames: What the classes are called.
    public init(_ sounds: [Sound], length: Int, labels: [Int]? = nil, classNames: [String] = []) {
        if length < 1 || sounds.isEmpty || sounds.contains(where: { $0.samples.isEmpty })
            || sounds.contains(where: { $0.samplingRate != sounds[0].samplingRate })
        {
            invalidUse(
                "SoundDataSet",
                "\(sounds.count) sounds make no pieces of \(length) samples: all must have samples and one sampling rate"
            )
        }
        if let labels, labels.count != sounds.count || !labels.allSatisfy(classNames.indices.contains) {
            invalidUse(
                "SoundDataSet",
                "\(labels.count) labels of \(classNames.count) classes are given for \(sounds.count) sounds")
        }
        self.init(
            sounds, length: length, labels: labels, classNames: classNames,
            pieces: sounds.enumerated().flatMap { number, sound in
                (0..<max(1, sound.samples.count / length)).map { (number, $0 * length) }
            })
    }

    private init(
        _ sounds: [Sound], length: Int, labels: [Int]?, classNames: [String],
        pieces: [(sound: Int, start: Int)]
    ) {
        self.sounds = sounds
        self.length = length
        self.labels = labels
        self.classNames = classNames
        self.pieces = pieces
    }

    /// The pieces with the given numbers, as a data set.
    func subset(_ numbers: [Int]) -> SoundDataSet {
        SoundDataSet(
            sounds, length: length, labels: labels, classNames: classNames, pieces: numbers.map { pieces[$0] }
        )
    }

    /// A ``DataDigest`` of the sampling rate, of the pieces with all their samples, and of their classes.
    public var digest: String? {
        var digest = DataDigest()
        for number in [count, length, samplingRate] { digest.add(number) }
        for piece in pieces {
            samples(of: piece).withUnsafeBytes { digest.add($0) }
            digest.add(labels?[piece.sound] ?? -1)
        }
        return digest.description
    }

    private func samples(of piece: (sound: Int, start: Int)) -> ArraySlice<Float> {
        sounds[piece.sound].samples[piece.start...].prefix(length)
    }

    /// The pieces with the given numbers, in that order.
    public func batch(at indices: [Int]) -> Batch {
        if let wrong = indices.first(where: { !pieces.indices.contains($0) }) {
            invalidUse("batch(at:)", "there is no example \(wrong) in a data set of \(count)")
        }
        var values: [Float] = []
        values.reserveCapacity(indices.count * length)
        for index in indices {
            let samples = samples(of: pieces[index])
            values += samples
            values += [Float](repeating: 0, count: length - samples.count)
        }
        return Batch(
            sounds: Tensor(values, shape: [indices.count, length]),
            labels: labels.map { labels in Tensor(indices.map { Int32(labels[pieces[$0].sound]) }) })
    }
}
