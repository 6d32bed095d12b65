import Gannet

/// A normalising flow of pictures.
public protocol FlowModel: LikelihoodModel, ImageModel, DataInitializedModel {
    /// The density of pixels as any numbers.
    var flow: NormalizingFlow { get }
    /// How pixels become these.
    var pixels: LogitPixels { get }
    /// What the deviation of the noise that pictures are made of is multiplied by.
    var temperature: Float { get set }
}

extension FlowModel {
    public var imageShape: Shape { flow.shape }
    /// 250.
    public var evaluationBatchSize: Int { 250 }

    /// ln p of pictures as any numbers, [batch]: the density that papers tell of MNIST.
    public func logitLogDensity(_ images: Tensor, noise: inout RandomStream) -> Tensor {
        flow.logDensity(pixels.transformed(images, uniform: noise.uniform(images.shape)).y)
    }

    /// The mean over a data set of ``logitLogDensity(_:noise:)``.
    ///
    /// - Throws: `TrainingError` where there are no examples, what the data set throws, and `DeviceError`.
    public func logitLogDensity(over data: some DataSet, seed: UInt64 = 0, on device: Device) throws -> Double
    {
        var noise = RandomStream(seed: seed, for: .evaluation)
        return try data.mean(batchSize: evaluationBatchSize, on: device) {
            logitLogDensity($0.images, noise: &noise)
        }
    }

    /// −ln p(x) of pictures of 256 levels, bounded by one draw of the noise between levels.
    public func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        let images = batch.images
        let (y, logDeterminant) = pixels.transformed(images, uniform: noise.uniform(images.shape))
        // A level is 1/256 wide.
        let widths = 5.545177 * Float(imageShape.count)
        return .literal(widths) - flow.logDensity(y) - logDeterminant
    }

    public func samples(_ count: Int, seed: UInt64) -> Tensor {
        var random = RandomStream(seed: seed, for: .sampling)
        return pixels.inverse(flow.samples(count, temperature: temperature, noise: &random))
            .reshape(Shape([count] + imageShape.extents))
    }

    public func initialize(from batch: Batch, noise: inout RandomStream, on device: Device) throws {
        let uniform = noise.uniform(batch.images.shape)
        try flow.prepare(with: pixels.transformed(batch.images, uniform: uniform).y, on: device)
    }
}
