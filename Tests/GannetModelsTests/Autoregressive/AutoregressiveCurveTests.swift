import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// Models in training against PyTorch, from the same weights and pictures; see `autoregressive_curves.py`.
@Suite struct AutoregressiveCurveTests {
    private struct Curves: Decodable {
        struct Curve: Decodable {
            let initial: [String: [Float]]
            let losses: [Float]
        }

        let side: Int
        let features: Int
        let batch: Int
        let learningRate: Float
        let images: [Float]
        let curves: [String: Curve]
    }

    private static let fixture: Curves = readFixture("autoregressive_curves.json")

    private func model(_ name: String, side: Int, features: Int) -> any AutoregressiveModel {
        let shape: Shape = [side, side, 1]
        switch name {
        case "pixelCNN": return PixelCNN(imageShape: shape, features: features, blocks: 2)
        case "gated": return GatedPixelCNN(imageShape: shape, features: features, blocks: 2)
        case "row": return PixelRNN(.row, imageShape: shape, features: features, layers: 2)
        default: return PixelRNN(.diagonal, imageShape: shape, features: features, layers: 1)
        }
    }

    @Test(
        "Losses of the first 200 steps agree with PyTorch's within 1e-3",
        arguments: ["pixelCNN", "gated", "row", "diagonal"], TestDevices.all)
    func curve(name: String, device: Device) throws {
        let (side, batch, images) = (Self.fixture.side, Self.fixture.batch, Self.fixture.images)
        let model = model(name, side: side, features: Self.fixture.features)
        let curve = try #require(Self.fixture.curves[name])
        for (path, parameter) in model.parameters {
            parameter.assign(Tensor(try #require(curve.initial[path]), shape: parameter.shape))
        }
        let losses = curve.losses
        #expect(losses.count == 200)
        let optimizer = Adam(for: model, learningRate: Self.fixture.learningRate)
        var worst: Float = 0
        try Device.with(device) {
            for (step, expected) in losses.enumerated() {
                let size = batch * side * side
                let first = step * size % images.count
                let x = Tensor(Array(images[first..<first + size]), shape: [batch, side, side, 1])
                let loss = try optimizer.update(minimizing: model.negativeLogLikelihood(x).mean())
                worst = max(worst, abs(try loss.scalar() - expected) / expected)
            }
        }
        print("\(name) on \(device.name): the losses differ by at most \(worst) of them")
        #expect(worst <= 1e-3)
    }
}
