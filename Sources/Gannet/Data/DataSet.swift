import GannetGraph

/// Some examples of a data set, ready for a model.
public struct Batch: Sendable {
    /// The pictures, `float32` in 0…1, of shape [batch, height, width, channels].
    public var images: Tensor
    /// The class of each picture, `int32` of shape [batch]; nil where there are none.
    public var labels: Tensor?

    /// Creates a batch.
    public init(images: Tensor, labels: Tensor? = nil) {
        self.images = images
        self.labels = labels
    }

    /// The number of examples.
    public var count: Int { images.shape[0] }
}

/// A collection of pictures that a model can be trained on. Conform your own data to it.
public protocol DataSet: Sendable {
    /// The number of examples.
    var count: Int { get }
    /// The shape of one picture: [height, width, channels].
    var imageShape: Shape { get }
    /// The number of classes; nil where there are none.
    var classCount: Int? { get }
    /// The examples with the given numbers, each in 0 ..< `count`, in that order.
    func batch(at indices: [Int]) throws -> Batch
    /// The same examples as an epoch of training, counted from 0, sees them: pictures may be cropped or mirrored
    /// otherwise in each. A pure function of the two, called from any thread.
    func batch(at indices: [Int], epoch: Int) throws -> Batch
    /// How many batches are worth making ahead of time (see ``BatchLoader``); 0 where it takes next to no time.
    var batchesAhead: Int { get }
}

extension DataSet {
    /// None.
    public var classCount: Int? { nil }
    /// The same in every epoch.
    public func batch(at indices: [Int], epoch: Int) throws -> Batch { try batch(at: indices) }
    /// None.
    public var batchesAhead: Int { 0 }
}
