import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("PixelCNN")
struct PixelCNNTests {
    private let model = PixelCNN(imageShape: [5, 4, 1], features: 6, blocks: 2, seed: 2)

    @Test("The parts have the shapes and the number of parameters that they should")
    func shapes() {
        let block = (12 * 6 + 6) + (9 * 36 + 6) + (6 * 12 + 12)
        let parameterCount = (49 * 12 + 12) + 2 * block + (12 * 12 + 12) + (12 + 1)
        #expect(model.parameterCount == parameterCount)
        #expect(PixelCNN(imageShape: [28, 28, 1]).parameterCount == 101_505)
        #expect(model.network(.zeros([3, 5, 4, 1])).shape == [3, 5, 4, 1])
        #expect(model.samples(2, seed: 0).shape == [2, 5, 4, 1])
    }

    @Test("A logit depends on the pixels before its own, and on no other", arguments: TestDevices.all)
    func causality(device: Device) throws {
        var random = RandomStream(seed: 8)
        let x = try random.uniform([1, 5, 4, 1]).evaluated(on: device)
        let logits = model.network(x).flattened()
        for pixel in [0, 3, 4, 9, 19] {
            let slope = gradients(of: logits.element(pixel, axis: 0), withRespectTo: [x])[0]
            let values = try slope.array(of: Float.self, on: device)
            #expect(values[pixel...].allSatisfy { $0 == 0 }, "pixel \(pixel)")
            // The pixel to the left, or the one above where there is none.
            if pixel > 0 { #expect(values[pixel % 4 == 0 ? pixel - 4 : pixel - 1] != 0, "pixel \(pixel)") }
        }
    }

    @Test("With all weights 0 each pixel costs ln 2", arguments: TestDevices.all)
    func likelihood(device: Device) throws {
        for (_, parameter) in model.parameters {
            parameter.assign(
                Tensor([Float](repeating: 0, count: parameter.shape.count), shape: parameter.shape))
        }
        let x = Tensor((0..<40).map { Float($0 % 3) / 2 }, shape: [2, 5, 4, 1])
        for value in try model.negativeLogLikelihood(x).array(of: Float.self, on: device) {
            #expect(abs(Double(value) - 20 * log(2.0)) < 1e-5)
        }
    }

    /// Every pixel of a sample is what its random number and the pixels before it say.
    @Test("Samples are drawn from the model's own probabilities", arguments: TestDevices.all)
    func sampling(device: Device) throws {
        let x = try model.samples(3, seed: 5).evaluated(on: device)
        var random = RandomStream(seed: 5, for: .sampling)
        let u = random.uniform([3, 5, 4, 1])
        let drawn = (u .< model.network(x).sigmoid()).cast(to: .float32)
        let values = try x.array(of: Float.self, on: device)
        #expect(try drawn.array(of: Float.self, on: device) == values)
        #expect(values.contains(0) && values.contains(1))
        #expect(try model.samples(2, seed: 5).array(of: Float.self, on: device) == Array(values.prefix(40)))
    }
}
