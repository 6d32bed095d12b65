import Foundation
import Gannet
import GannetTestSupport
import Testing

@Suite("Layers in which the examples of a batch meet")
struct MinibatchLayerTests {
    @Test("The feature is the mean deviation, and 0 where all are alike", arguments: TestDevices.all)
    func deviation(device: Device) throws {
        // Deviations of 1 and of 2.
        let x = Tensor([1, 4, 3, 8] as [Float], shape: [2, 2])
        let y = MinibatchStandardDeviation()(x)
        #expect(y.shape == [2, 3])
        let values = try y.array(of: Float.self, on: device)
        for (value, expected) in zip(values, [1, 4, 1.5, 3, 8, 1.5] as [Float]) {
            #expect(abs(value - expected) < 1e-5)
        }
        let same = MinibatchStandardDeviation()(.full(Float(3), shape: [4, 2, 2, 1]))
        #expect(same.shape == [4, 2, 2, 2])
        #expect(try abs(same.max().scalar(on: device) - 3) < 1e-6)
        #expect(try same.min().scalar(on: device) < 1.1e-4)
    }

    @Test("Nearness is that of the formula", arguments: TestDevices.all)
    func nearness(device: Device) throws {
        var random = RandomStream(seed: 1)
        let layer = MinibatchDiscrimination(inputs: 2, outputs: 1, dimensions: 2, random: &random)
        layer.weight.assign(Tensor([1, 0, 0, 1] as [Float], shape: [2, 2]))
        // Distances of 3 between the first two, of 0 and 3 to the third, which is the first again.
        let x = Tensor([0, 0, 1, 2, 0, 0] as [Float], shape: [3, 2])
        let values = try layer(x).array(of: Float.self, on: device)
        let far = Float(exp(-3.0))
        for (value, expected) in zip(values, [0, 0, 1 + far, 1, 2, 2 * far, 0, 0, 1 + far]) {
            #expect(abs(value - expected) < 1e-6)
        }
    }
}
