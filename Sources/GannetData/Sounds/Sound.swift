/// A sound of one channel.
public struct Sound: Sendable, Hashable {
    /// The samples, of which −1…1 can be heard.
    public var samples: [Float]
    /// The number of samples a second.
    public var samplingRate: Int

    /// Creates a sound.
    public init(samples: [Float], samplingRate: Int) {
        self.samples = samples
        self.samplingRate = samplingRate
    }
}
