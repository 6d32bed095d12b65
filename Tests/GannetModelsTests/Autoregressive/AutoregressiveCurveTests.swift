import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// Models in training against PyTorch, from the same weights and pictures; see `autoregressive_curves.py`.
@Suite struct AutoregressiveCurveTests {
    private static let fixture: JSON = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/autoregressive_curves.json")
        guard let data = try? Data(contentsOf: path), let json = try? JSON(parsing: data) else {
            return .null
        }
        return json
    }()

    private func floats(_ json: JSON?) -> [Float] {
        (json?.arrayValue ?? []).map { Float($0.doubleValue ?? .nan) }
    }

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
        func integer(_ key: String) throws -> Int { try #require(Self.fixture[key]?.integerValue) }
        let (side, batch) = (try integer("side"), try integer("batch"))
        let model = model(name, side: side, features: try integer("features"))
        let curve = try #require(Self.fixture["curves"]?[name])
        for (path, parameter) in model.parameters {
            let values = floats(curve["initial"]?[path])
            #expect(values.count == parameter.shape.count, "\(path)")
            parameter.assign(Tensor(values, shape: parameter.shape))
        }
        let images = floats(Self.fixture["images"])
        let losses = floats(curve["losses"])
        #expect(losses.count == 200)
        let optimizer = Adam(
            for: model, learningRate: Float(try #require(Self.fixture["learningRate"]?.doubleValue)))
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
