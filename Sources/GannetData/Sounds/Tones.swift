import Gannet

/// Notes of a plucked string, made by the program itself: half a second at 8,000 samples a second, eight classes by pitch,
/// each note with a pluck, a loudness and a decay of its own. Nothing needs to be downloaded.
///
/// The string is that of Karplus and Strong, "Digital Synthesis of Plucked-String and Drum Timbres" (Computer Music Journal
/// 7(2), 1983): noise that goes round a delay line of p samples and loses its edges,
///
///     y(t) = ρ · (y(t − p) + y(t − p − 1)) / 2
///
/// which sounds at a frequency of rate / (p + ½). Note *i* is of class *i* mod 8 and is a pure function of the seed, the part
/// and *i*: the same samples on every machine, and a shorter data set is the beginning of a longer one.
public struct Tones: Sendable {
    /// The notes to train on.
    public let training: SoundDataSet
    /// The notes to judge by, none of which is in ``training``.
    public let test: SoundDataSet

    /// The samples a second: telephony's.
    public static let samplingRate = 8000
    /// What the classes 0…7 are called: the notes of A major from A3 (220 Hz) on, none off by more than a third of a semitone.
    public static let classNames = ["A3", "B3", "C♯4", "D4", "E4", "F♯4", "G♯4", "A4"]
    /// The samples of the delay line of each.
    private static let periods = [36, 32, 28, 27, 24, 21, 19, 18]
    /// The samples of a note, unless pieces are longer.
    private static let noteLength = 4096

    /// Makes the data set; it takes some hundredths of a second.
    ///
    /// - Parameters:
    ///   - length: The samples of a piece; notes are cut into pieces of that length.
    ///   - seed: Other seeds give other notes of the same pitches.
    ///   - trainingCount: The number of notes to train on.
    ///   - testCount: The number of notes to judge by.
    public init(length: Int = 4096, seed: UInt64 = 0, trainingCount: Int = 480, testCount: Int = 48) {
        training = Self.play(trainingCount, length: length, seed: seed, part: 0)
        test = Self.play(testCount, length: length, seed: seed, part: 1)
    }

    private static func play(_ count: Int, length: Int, seed: UInt64, part: UInt32) -> SoundDataSet {
        SoundDataSet(
            (0..<count).map { number in
                Sound(
                    samples: note(number, samples: max(length, noteLength), seed: seed, part: part),
                    samplingRate: samplingRate)
            }, length: length, labels: (0..<count).map { $0 % periods.count }, classNames: classNames)
    }

    /// Note `number` of a part.
    private static func note(_ number: Int, samples: Int, seed: UInt64, part: UInt32) -> [Float] {
        let period = periods[number % periods.count]
        // The upper 24 bits are a multiple of 2⁻²⁴ in [0, 1), exactly.
        let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        func uniform(_ place: Int) -> Float {
            let counter = SIMD4(UInt32(truncatingIfNeeded: number), UInt32(place / 4), part, streamTag)
            return Float(Philox.block(counter: counter, key: key)[place % 4] >> 8) * 0x1p-24
        }
        let loudness = 0.3 + 0.4 * uniform(0)
        let decay = 0.99 + 0.009 * uniform(1)
        let noise = (0...period).map { 2 * uniform(4 + $0) - 1 }
        // Without what does not sound, and would not fade away for long.
        let mean = noise.reduce(0, +) / Float(period + 1)
        var y = noise.map { loudness * ($0 - mean) }
        for t in period + 1..<samples { y.append(decay * 0.5 * (y[t - period] + y[t - period - 1])) }
        return y
    }

    /// The last word of the counter, "tone" in ASCII, keeps these draws apart from others of the same seed.
    private static let streamTag: UInt32 = 0x746F_6E65
}
