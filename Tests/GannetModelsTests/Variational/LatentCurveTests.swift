import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// Autoencoders and VAEs learn as PyTorch's do, from the same weights, pictures and noise.
@Suite("Losses of models with latents against PyTorch's")
struct LatentCurveTests {
    /// From `Fixtures/latent_curves.json`, which `latent_curves.py` writes.
    private struct Curves: Decodable {
        let side: Int
        let batch: Int
        let latents: Int
        let learningRate: Float
        let images: [Float]
        let labels: [Int32]
        let curves: [Curve]
    }

    private struct Curve: Decodable {
        let name: String
        let network: String
        let objective: String
        let decoder: String?
        let classes: Bool
        let samples: Int
        let initial: [String: [Float]]
        let noise: [Float]
        let losses: [Float]
    }

    private static let curves: Curves = readFixture("latent_curves.json")

    @Test("All losses agree within 1e-4", arguments: TestDevices.all)
    func losses(device: Device) throws {
        for curve in Self.curves.curves {
            let shape: Shape = [Self.curves.side, Self.curves.side, 1]
            let network: LatentNetwork =
                curve.network == "convolutional"
                ? .convolutional(features: [4, 6], hidden: 10) : .perceptron(hidden: [12])
            if curve.objective == "squaredError" {
                let model = Autoencoder(imageShape: shape, network: network, latents: Self.curves.latents)
                try expect(of: model, curve, on: device) { batch, _ in
                    model.squaredErrors(batch.images).mean()
                }
                continue
            }
            let model = VAE(
                imageShape: shape, network: network, latents: Self.curves.latents,
                distribution: curve.decoder == "gaussian" ? .gaussian : .bernoulli,
                classes: curve.classes ? 3 : nil)
            try expect(of: model, curve, on: device) { batch, epsilon in
                let condition = curve.classes ? model.condition(batch.labels!) : nil
                if curve.objective == "iwae" {
                    return -model.importanceWeightedBound(
                        batch.images, epsilon: epsilon, condition: condition
                    ).mean()
                }
                return -model.evidenceLowerBound(
                    batch.images, epsilon: epsilon.element(0, axis: 0), condition: condition
                ).mean()
            }
        }
    }

    private func expect(
        of model: some Module, _ curve: Curve, on device: Device,
        loss: (Batch, Tensor) -> Tensor
    ) throws {
        let (side, size) = (Self.curves.side, Self.curves.batch)
        let pixels = side * side
        let numbers = curve.samples * size * Self.curves.latents
        // The last layer has a name of its own in a VAE.
        let renamed = Dictionary(
            uniqueKeysWithValues: curve.initial.map {
                (model is VAE ? $0.replacing("last.", with: "logits.") : $0, $1)
            })
        try LossCurve(initial: renamed, losses: curve.losses).check(
            model, learningRate: Self.curves.learningRate, tolerance: 1e-4, on: device, curve.name
        ) { step in
            let first = step * size % Self.curves.labels.count
            let batch = Batch(
                images: Tensor(
                    Array(Self.curves.images[first * pixels..<(first + size) * pixels]),
                    shape: [size, side, side, 1]),
                labels: Tensor(Array(Self.curves.labels[first..<first + size])))
            let noise = curve.noise.isEmpty ? [] : curve.noise[step * numbers..<(step + 1) * numbers]
            let epsilon = Tensor(
                Array(noise), shape: curve.noise.isEmpty ? [0] : [curve.samples, size, Self.curves.latents])
            return loss(batch, epsilon)
        }
    }
}
