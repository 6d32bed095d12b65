import Gannet

/// The PixelCNN of the measurements: 7×7 with mask A from 1 channel to 64, seven times 3×3 with mask B, and 1×1 to the
/// 256 grey values, with ReLU between them.
struct PixelCNNNetwork: Module {
    private let first: MaskedConv2D
    private let layers: [MaskedConv2D]
    private let last: Conv2D

    /// Creates the network.
    init(random: inout RandomStream) {
        first = MaskedConv2D(inputs: 1, outputs: 64, kernel: 7, type: .a, random: &random)
        layers = (0..<7).map { _ in
            MaskedConv2D(inputs: 64, outputs: 64, kernel: 3, type: .b, random: &random)
        }
        last = Conv2D(inputs: 64, outputs: 256, kernel: 1, random: &random)
    }

    /// The logits [B, H, W, 256] of images [B, H, W, 1].
    func callAsFunction(_ images: Tensor) -> Tensor {
        var h = first(images).relu()
        for layer in layers { h = layer(h).relu() }
        return last(h)
    }
}

extension Workload {
    /// A step on images of 28×28 pixels.
    static func pixelCNNStep(batch: Int, on device: Device) throws -> Workload {
        var random = RandomStream(seed: 2)
        let network = PixelCNNNetwork(random: &random)
        let optimizer = Adam(for: network, learningRate: 1e-3)
        let levels = try random.integers(below: 256, [batch, 28, 28, 1]).evaluated(on: device)
        let images = try (levels.cast(to: .float32) / 255).evaluated(on: device)
        let places = Double(batch * 28 * 28)
        let first = 2.0 * 24 * 64
        let forward = first + 2.0 * (7 * 5 * 64 * 64 + 64 * 256)
        let work = Work.step(
            operations: places * (3 * forward - first), parameters: network.parameters, batch: images.count)
        return Workload("step pixelcnn", shape: "\(batch)", work: work) { device in
            func loss() -> Tensor {
                let logLikelihoods = network(images).logSoftmax()
                let isLevel = (levels .== Tensor.range(256)).cast(to: .float32)
                return -(isLevel * logLikelihoods).sum(axes: [3]).mean()
            }
            try optimizer.update(minimizing: loss(), on: device)
        }
    }
}
