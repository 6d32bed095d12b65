import Gannet
import GannetModels

extension Workload {
    /// A step of the variational autoencoder 784-400-20.
    static func vaeStep(batch: Int, on device: Device) throws -> Workload {
        let model = VAE(pixels: 784, hidden: [400], latents: 20)
        let optimizer = Adam(for: model, learningRate: 1e-3)
        var random = RandomStream(seed: 2)
        let images = try random.uniform([batch, 28, 28, 1]).evaluated(on: device)
        // The encoder, its two heads, the decoder, the logits: multiplications and additions for one picture.
        let encoder = 2.0 * 784 * 400
        let forward = encoder + 2.0 * 400 * 40 + 2.0 * 20 * 400 + 2.0 * 400 * 784
        // Each product has two gradients, but the pictures need none.
        let operations = Double(batch) * (3 * forward - encoder)
        let work = Work.step(operations: operations, parameters: model.parameters, batch: images.count)
        return Workload("step vae", shape: "\(batch)", work: work) { device in
            try optimizer.update(minimizing: -model.evidenceLowerBound(images).mean(), on: device)
        }
    }
}

extension Work {
    /// A step of Adam reads and writes each parameter and its two moments, and reads the batch.
    static func step(operations: Double, parameters: [NamedParameter], batch: Int) -> Work {
        let count = parameters.reduce(0) { $0 + $1.parameter.shape.count }
        return Work(operations: operations, numbers: 6 * count + batch)
    }
}
