import Gannet
import GannetModels

extension Workload {
    /// A step of a diffusion model: noise the images, let the network find the noise.
    static func uNetStep(batch: Int, on device: Device) throws -> Workload {
        var random = RandomStream(seed: 2)
        let network = UNet(random: &random)
        let optimizer = Adam(for: network, learningRate: 1e-3)
        let schedule = NoiseSchedule.linear()
        let images = try (2 * random.uniform([batch, 28, 28, 1]) - 1).evaluated(on: device)
        let frequencies = (-0.575625 * Tensor.range(16).cast(to: .float32)).exp()
        let counts = UNet.operations
        let work = Work.step(
            operations: Double(batch) * (3 * counts.all - counts.first), parameters: network.parameters,
            batch: images.count)
        return Workload("step unet", shape: "\(batch)", work: work) { device in
            func loss() -> Tensor {
                RandomStream.withCurrent { random in
                    let timesteps = random.integers(below: 1000, [batch])
                    let key = random.nextKey()
                    let noise = RandomStream.normal(images.shape, key: key)
                    let noised = schedule.noised(images, at: timesteps, key: key)
                    let angles = timesteps.cast(to: .float32).reshape(batch, 1) * frequencies
                    let features = Tensor.concatenate([angles.sin(), angles.cos()], axis: 1)
                    return (network(noised, timeFeatures: features) - noise).squared().mean()
                }
            }
            try optimizer.update(minimizing: loss(), on: device)
        }
    }
}
