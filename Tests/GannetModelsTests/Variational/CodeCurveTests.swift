import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// VQ-VAEs and Real NVP learn as PyTorch's do, from the same weights, pictures and noise.
@Suite("Losses of models of codes and of flows against PyTorch's")
struct CodeCurveTests {
    /// From `Fixtures/code_and_flow_curves.json`, which `code_and_flow_curves.py` writes.
    private struct Curves: Decodable {
        /// 16 pictures of 8×8 pixels, 0 to 255.
        let images: [Float]
        let codesByLoss: LossCurve
        let codesByAverages: LossCurve
        /// Its noise is which of 256 parts of 0…1.
        let realNVP: LossCurve
    }

    private static let curves: Curves = readFixture("code_and_flow_curves.json")
    private static let batchSize = 8

    private static func images(_ step: Int) -> Tensor {
        let first = step * batchSize % 16 * 64
        return Tensor(
            curves.images[first..<first + batchSize * 64].map { $0 / 255 }, shape: [batchSize, 8, 8, 1])
    }

    @Test("All losses of VQ-VAEs agree within 1e-4", arguments: TestDevices.all)
    func codes(device: Device) throws {
        for (curve, learning, name) in [
            (Self.curves.codesByLoss, .loss, "by the loss"),
            (Self.curves.codesByAverages, .movingAverage(decay: 0.9), "by averages"),
        ] as [(LossCurve, CodebookOptions.Learning, String)] {
            let model = VQVAE(
                imageShape: [8, 8, 1], networks: CodeNetworkSizes(features: 6, halvings: 1, blocks: 1),
                book: CodebookOptions(
                    count: 8, features: 3, learning: learning, commitment: 0.25, revivalThreshold: 0),
                variance: 0.1)
            try curve.check(model, learningRate: 2e-3, tolerance: 1e-4, on: device, name) { step in
                RandomStream.withCurrent { model.loss(Batch(images: Self.images(step)), noise: &$0) }
            }
        }
    }

    @Test("All losses of Real NVP agree within 1e-4", arguments: TestDevices.all)
    func realNVP(device: Device) throws {
        let noise = try #require(Self.curves.realNVP.noise)
        let model = RealNVP(imageShape: [8, 8, 1], levels: 2, features: 4, blocks: 1)
        try Self.curves.realNVP.check(
            model, learningRate: 2e-3, tolerance: 1e-4, on: device, "Real NVP"
        ) { step in
            let count = Self.batchSize * 64
            let uniform = Tensor(
                noise[step * count..<(step + 1) * count].map { ($0 + 0.5) / 256 },
                shape: [Self.batchSize, 8, 8, 1])
            let y = model.pixels.transformed(Self.images(step), uniform: uniform).y
            return -model.flow.logDensity(y).mean()
        }
    }
}
