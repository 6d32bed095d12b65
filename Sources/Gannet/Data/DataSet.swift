import GannetGraph

/// Some examples of a data set, ready for a model.
public struct Batch: Sendable {
    /// The examples, `float32`, of shape [batch, …]: pictures or sounds.
    public var examples: Tensor
    /// The class of each example, `int32` of shape [batch]; nil where there are none.
    public var labels: Tensor?

    /// Creates a batch of pictures in 0…1, [batch, height, width, channels].
    public init(images: Tensor, labels: Tensor? = nil) {
        examples = images
        self.labels = labels
    }

    /// Creates a batch of sounds in −1…1, [batch, samples].
    public init(sounds: Tensor, labels: Tensor? = nil) {
        examples = sounds
        self.labels = labels
    }

    /// The examples of a batch of pictures, in 0…1: [batch, height, width, channels].
    public var images: Tensor {
        get { examples }
        set { examples = newValue }
    }

    /// The examples of a batch of sounds, in −1…1: [batch, samples].
    public var sounds: Tensor { examples }

    /// The number of examples.
    public var count: Int { examples.shape[0] }
}

/// A collection of pictures or sounds that a model can be trained on. Conform your own data to it.
public protocol DataSet: Sendable {
    /// The number of examples.
    var count: Int { get }
    /// The shape of one example: [height, width, channels] of a picture, [samples] of a sound.
    var exampleShape: Shape { get }
    /// A text that another data set would hardly have, such as that of a ``DataDigest``: a run is not resumed on data
    /// with another one. Nil, which it is unless a data set says otherwise, where there is none.
    var digest: String? { get }
    /// The number of classes; nil where there are none.
    var classCount: Int? { get }
    /// The examples with the given numbers, each in 0 ..< `count`, in that order; the same whenever they are asked for.
    func batch(at indices: [Int]) throws -> Batch
    /// The same examples as an epoch of training, counted from 0, sees them: pictures may be cropped or mirrored
    /// otherwise in each. A pure function of the two, called from any thread.
    func batch(at indices: [Int], epoch: Int) throws -> Batch
    /// How many batches are worth making ahead of time (see ``BatchLoader``); 0 where it takes next to no time.
    var batchesAhead: Int { get }
}

extension DataSet {
    /// None.
    public var digest: String? { nil }
    /// None.
    public var classCount: Int? { nil }
    /// The same in every epoch.
    public func batch(at indices: [Int], epoch: Int) throws -> Batch { try batch(at: indices) }
    /// None.
    public var batchesAhead: Int { 0 }
}
