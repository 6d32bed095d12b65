import Gannet

/// A model that decodes latents to pictures.
public protocol DecodingModel: ImageModel {
    /// The number of latents of a picture.
    var latents: Int { get }

    /// The number of classes that the model is told one of; nil where none.
    var conditioningClassCount: Int? { get }

    /// The pictures, [batch, height, width, channels], of latents [batch, latents]; where they are uncertain, their means.
    func decoded(_ latents: Tensor, labels: [Int]?) -> Tensor
}

/// A model that draws latents and decodes them, so that those of what it drew are known.
public protocol LatentDrawingModel: DecodingModel, GenerativeModel {
    /// The latents of ``GenerativeModel/samples(_:seed:)`` with the same seed, [count, latents].
    func drawnLatents(_ count: Int, seed: UInt64) -> Tensor
}
