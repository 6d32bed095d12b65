import Gannet
import GannetModels

/// What is known of one latent of a model.
struct LatentStatistics {
    /// How many test pictures it is found by unless the user says otherwise.
    static let pictures = 2000

    /// Which it is, from 0.
    var number: Int
    /// Its mean over pictures.
    var mean: Double
    /// Its standard deviation over pictures.
    var deviation: Double
    /// The mean divergence from the prior in nats; nil where there is no fixed prior.
    var divergence: Double?

    /// How much it tells of a picture.
    var weight: Double { divergence ?? deviation }
}

extension LatentModel {
    /// What is known of each latent, those first that tell most of pictures; and the latents of each picture.
    ///
    /// - Parameters:
    ///   - images: The pictures, [batch, height, width, channels].
    ///   - labels: Their classes, where the model is told them.
    func statistics(
        of images: Tensor, labels: [Int]?, on device: Device
    ) throws -> (latents: [LatentStatistics], rows: [[Double]]) {
        let rows = try rows(of: images, labels: labels, on: device)
        let divergences = try (self as? VAE).flatMap { $0.prior == nil ? $0 : nil }.map { vae in
            let condition = labels.map { vae.condition(Tensor($0.map(Int32.init))) }
            let (mean, logVariance) = vae.encode(images, condition: condition)
            return try gaussianKL(mean: mean, logVariance: logVariance).mean(axes: [0])
                .array(of: Float.self, on: device).map(Double.init)
        }
        let known = (0..<latents).map { number in
            let values = rows.map { $0[number] }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            return LatentStatistics(
                number: number, mean: mean, deviation: variance.squareRoot(),
                divergence: divergences?[number])
        }
        return (known.sorted { $0.weight > $1.weight }, rows)
    }
}
