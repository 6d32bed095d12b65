import Gannet

/// A model that encodes pictures to latents, and decodes latents to pictures.
public protocol LatentModel: DecodingModel {
    /// The latents of pictures [batch, height, width, channels], values in 0…1: [batch, latents]. Where they are uncertain, their means.
    ///
    /// - Parameter labels: The pictures' classes, where the model is told them.
    func encoded(_ images: Tensor, labels: [Int]?) -> Tensor

    /// Latents drawn as uncertain as those of pictures are, [batch, latents].
    func drawnLatents(of images: Tensor, labels: [Int]?, noise: inout RandomStream) -> Tensor
}

extension VAE: LatentModel {
    public func encoded(_ images: Tensor, labels: [Int]?) -> Tensor {
        encode(images, condition: told(labels)).mean
    }

    public func drawnLatents(of images: Tensor, labels: [Int]?, noise: inout RandomStream) -> Tensor {
        let (mean, logVariance) = encode(images, condition: told(labels))
        return mean + (0.5 * logVariance).exp() * noise.normal(mean.shape)
    }

    public func decoded(_ latents: Tensor, labels: [Int]?) -> Tensor {
        decode(latents, condition: told(labels))
    }

    private func told(_ labels: [Int]?) -> Tensor? {
        labels.map { condition(Tensor($0.map(Int32.init))) }
    }
}

extension Autoencoder: LatentModel {
    /// None.
    public var conditioningClassCount: Int? { nil }

    public func encoded(_ images: Tensor, labels: [Int]?) -> Tensor { encode(images) }

    /// The latents themselves, which are certain.
    public func drawnLatents(of images: Tensor, labels: [Int]?, noise: inout RandomStream) -> Tensor {
        encode(images)
    }

    public func decoded(_ latents: Tensor, labels: [Int]?) -> Tensor { decode(latents).clamped(to: 0...1) }
}
