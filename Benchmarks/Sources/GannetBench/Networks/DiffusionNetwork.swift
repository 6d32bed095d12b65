import Gannet
import GannetModels

/// The diffusion model of the measurements: a U-Net with 32, 64 and 128 features at 28, 14 and 7 pixels, as `gannet train ddpm`
/// makes it for grey pictures.
struct DiffusionNetwork {
    private static let side = 28
    private static let features = [32, 64, 128]

    private let model: DDPM

    /// A network with weights that follow from a seed.
    init() {
        var configuration = UNet.Configuration(channels: 1, features: Self.features)
        (configuration.blocks, configuration.headFeatures) = (1, 32)
        model = DDPM(imageShape: [Self.side, Self.side, 1], network: configuration, seed: 2)
    }

    private func images(_ batch: Int, on device: Device) throws -> Tensor {
        var random = RandomStream(seed: 2)
        return try random.uniform([batch, Self.side, Self.side, 1]).evaluated(on: device)
    }

    private var parameterCount: Int { model.parameters.reduce(0) { $0 + $1.parameter.shape.count } }

    /// A training step: pictures are noised, and the network finds the noise.
    func step(batch: Int, on device: Device) throws -> Workload {
        let optimizer = Adam(for: model, learningRate: 1e-3)
        let images = try images(batch, on: device)
        let counts = Self.operations
        let work = Work.step(
            operations: Double(batch) * (3 * counts.all - counts.first), parameters: model.parameters,
            batch: images.count)
        return Workload("step unet", shape: "\(batch)", work: work) { device in
            func loss() -> Tensor {
                RandomStream.withCurrent { model.loss(Batch(images: images, labels: nil), noise: &$0) }
            }
            try optimizer.update(minimizing: loss(), on: device)
        }
    }

    /// The drawing of pictures in some of the 1000 steps.
    func drawing(
        _ name: String, _ kind: DiffusionSampler.Kind, steps: Int, batch: Int, on device: Device
    ) throws -> Workload {
        var model = model
        model.sampler = DiffusionSampler(kind, of: model.diffusion, steps: steps)
        let drawn = model
        let work = Work(
            operations: Double(steps * batch) * Self.operations.all,
            numbers: steps * (parameterCount + 4 * batch * Self.side * Self.side))
        return Workload("draw \(name)", shape: "\(batch)×\(steps)", work: work) { device in
            _ = try drawn.samples(batch, seed: 1).evaluated(on: device)
        }
    }

    /// Multiplications and additions in the convolutions and the attention for one image, and those of the first convolution.
    private static let operations: (all: Double, first: Double) = {
        func convolution(_ side: Int, _ taps: Int, _ inputs: Int, _ outputs: Int) -> Double {
            2 * Double(side * side * taps) * Double(inputs * outputs)
        }
        func block(_ side: Int, _ inputs: Int, _ outputs: Int) -> Double {
            convolution(side, 9, inputs, outputs) + convolution(side, 9, outputs, outputs)
                + (inputs == outputs ? 0 : convolution(side, 1, inputs, outputs))
        }
        let first = convolution(28, 9, 1, 32)
        let down = block(28, 32, 32) + block(14, 32, 64) + block(7, 64, 128)
        let smaller = convolution(14, 9, 32, 32) + convolution(7, 9, 64, 64)
        let attention = convolution(7, 4, 128, 128) + 4 * Double(49 * 49 * 128)
        let middle = 2 * block(7, 128, 128) + attention
        // Each level has two blocks on the way up, which see what was made on the way down.
        let coarse = block(7, 128 + 128, 128) + block(7, 128 + 64, 128)
        let half = block(14, 128 + 64, 64) + block(14, 64 + 32, 64)
        let full = block(28, 64 + 32, 32) + block(28, 32 + 32, 32)
        let larger = convolution(14, 9, 128, 128) + convolution(28, 9, 64, 64)
        let last = convolution(28, 9, 32, 1)
        return (first + down + smaller + middle + coarse + half + full + larger + last, first)
    }()
}
