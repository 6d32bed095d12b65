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
    /// A text that another data set would hardly have, such as that of a ``DataDigest``: a run is not resumed on data
    /// with another one. Nil, which it is unless a data set says otherwise, where there is none.
    var digest: String? { get }
    /// The examples with the given numbers, each in 0 ..< `count`, in that order; the same whenever they are asked for.
    func batch(at indices: [Int]) throws -> Batch
}

extension DataSet {
    public var digest: String? { nil }
}
