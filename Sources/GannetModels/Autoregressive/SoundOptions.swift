/// How sounds are drawn.
public struct SoundOptions: Sendable {
    /// The number of samples of a sound.
    public var length: Int
    /// The class of each sound; nil for the classes in turn, where there are such.
    public var labels: [Int]?
    /// What the logarithms of probabilities are divided by: below 1 likely levels become likelier.
    public var temperature: Float
    /// Whether the whole network is run on the whole sounds for each sample, as if nothing could be kept. The sounds are the
    /// same; for comparison.
    public var isNaive: Bool

    /// Creates the options for sounds of `length` samples.
    public init(length: Int, labels: [Int]? = nil, temperature: Float = 1, isNaive: Bool = false) {
        (self.length, self.labels) = (length, labels)
        (self.temperature, self.isNaive) = (temperature, isNaive)
    }
}
