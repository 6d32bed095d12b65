import ArgumentParser
import Gannet
import GannetModels

/// The models with latents and the flows, for grey pictures of 28×28 pixels.
enum LatentVariableNetwork: String, CaseIterable, ExpressibleByArgument {
    /// Convolutions with 32 and 64 features, 256 units, 16 latents.
    case convolutionalVAE = "convolutional-vae"
    /// 64 features, two halvings, two residual blocks, 128 codes of 16 numbers that follow averages.
    case vqVAE = "vq-vae"
    /// Two levels, couplings of 32 and 64 features with two residual blocks.
    case realNVP = "realnvp"

    private static let side = 28

    private var model: any TrainableModel {
        let shape: Shape = [Self.side, Self.side, 1]
        return switch self {
        case .convolutionalVAE:
            VAE(
                imageShape: shape, network: .convolutional(features: [32, 64], hidden: 256), latents: 16,
                seed: 2)
        case .vqVAE: VQVAE(imageShape: shape, seed: 2)
        case .realNVP: RealNVP(imageShape: shape, seed: 2)
        }
    }

    /// The multiplications of a picture in one pass.
    private var multiplications: Int {
        let (all, half, quarter) = (28 * 28, 14 * 14, 7 * 7)
        switch self {
        case .convolutionalVAE:
            let convolutions = half * 16 * 32 + quarter * 16 * 32 * 64
            return 2 * convolutions + 2 * quarter * 64 * 256 + 3 * 256 * 16
        case .vqVAE:
            let convolutions = half * 16 * 64 + quarter * 16 * 64 * 64
            let blocks = 2 * quarter * (9 * 64 * 32 + 32 * 64)
            return 2 * (convolutions + blocks) + quarter * (64 * 16 + 9 * 16 * 64 + 2 * 16 * 128)
        case .realNVP:
            func network(_ pixels: Int, _ channels: Int, _ features: Int) -> Int {
                pixels * 9 * (channels * features + 4 * features * features + features * 2 * channels)
            }
            return 3 * network(all, 1, 32) + 3 * network(half, 4, 32) + 4 * network(half, 2, 64)
        }
    }

    /// A training step.
    func step(batch: Int, on device: Device) throws -> Workload {
        let model = model
        let optimizer = Adam(for: model, learningRate: 1e-3)
        var random = RandomStream(seed: 2)
        let images = try random.uniform([batch, Self.side, Self.side, 1]).evaluated(on: device)
        let work = Work.step(
            operations: 6 * Double(batch * multiplications), parameters: model.parameters, batch: images.count
        )
        return Workload("step \(rawValue)", shape: "\(batch)", work: work) { device in
            func loss() -> Tensor {
                RandomStream.withCurrent { model.loss(Batch(images: images), noise: &$0) }
            }
            try optimizer.update(minimizing: loss(), on: device)
        }
    }
}
