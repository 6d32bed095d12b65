import Gannet

/// A model that can complete pictures of which a part is given.
public protocol CompletingModel: GenerativeModel, ImageModel {
    /// The pictures completed, [count, height, width, channels], values in 0…1; what is given is as ``seen(_:)`` shows it.
    func completions(of given: GivenPixels, seed: UInt64) -> Tensor

    /// Pictures as the model sees them: black and white for one of such pictures. Values in 0…1.
    func seen(_ images: Tensor) -> Tensor
}

extension CompletingModel {
    public func seen(_ images: Tensor) -> Tensor { images }
}

/// Pictures of which a part is given, to be completed.
public struct GivenPixels: Sendable {
    /// The pictures, [count, height, width, channels], values in 0…1.
    public var images: Tensor
    /// Which pixels are given, `bool` [height, width].
    public var mask: Tensor
    /// The class that each picture is to be of, by a ``ConditionalModel``; nil where nobody says.
    public var labels: [Int]?

    /// Pictures of which some pixels are given.
    public init(_ images: Tensor, mask: Tensor, labels: [Int]? = nil) {
        self.images = images
        self.mask = mask
        self.labels = labels
    }

    /// Pictures whose first rows are given.
    public init(_ images: Tensor, rows: Int, labels: [Int]? = nil) {
        let plane: Shape = [images.shape[1], images.shape[2]]
        self.init(images, mask: Tensor.index(along: 0, of: plane) .< .literal(Int32(rows)), labels: labels)
    }
}
