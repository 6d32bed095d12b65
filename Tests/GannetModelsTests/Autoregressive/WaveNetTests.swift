import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("WaveNet") struct WaveNetTests {
    private let model = WaveNet(stacks: 2, layers: 3, features: 4, skipFeatures: 8, seed: 3)

    @Test("The receptive field is what it is computed to be", arguments: TestDevices.all)
    func receptiveField(device: Device) throws {
        #expect(model.receptiveField == 15)
        #expect(WaveNet(features: 2, skipFeatures: 2).receptiveField == 4093)
        var random = RandomStream(seed: 2)
        let levels = try random.integers(below: 256, [1, 24]).evaluated(on: device)
        func logits(_ levels: Tensor) throws -> [Float] {
            try model.logits(of: levels).element(23, axis: 1).array(of: Float.self, on: device)
        }
        let before = try logits(levels)
        for place in 0..<24 {
            let changed = select(
                Tensor.index(along: 1, of: [1, 24]) .== .literal(Int32(place)), (levels + 77) % 256, levels)
            #expect((try logits(changed) != before) == (8...22).contains(place), "sample \(place)")
        }
    }

    @Test("Kept and naive generation give the same sound", arguments: TestDevices.all)
    func drawing(device: Device) throws {
        // Nested loops take OpenCL long to compile.
        let model =
            device == .cpu ? model : WaveNet(stacks: 1, layers: 2, features: 4, skipFeatures: 8, seed: 3)
        let (batch, length) = (2, 19)
        let drawn = try model.samples(batch, length: length, seed: 5).array(of: Int32.self, on: device)
        var random = RandomStream(seed: 5, for: .sampling)
        let u = try random.uniform([batch, length]).array(of: Float.self, on: .cpu)
        // Each sample is where the distribution function of the whole network passes its random number.
        let probabilities = try model.logits(of: Tensor(drawn, shape: [batch, length])).softmax()
            .array(of: Float.self, on: .cpu)
        for place in 0..<batch * length {
            var sum: Float = 0
            let level = (0..<255).first { level in
                sum += probabilities[place * 256 + level]
                return u[place] < sum
            }
            #expect(Int(drawn[place]) == level ?? 255, "sample \(place)")
        }
        #expect(Set(drawn).count > 10)
    }

    @Test("μ-law levels stand for what they are nearest to", arguments: TestDevices.all)
    func muLaw(device: Device) throws {
        let levels = Tensor.range(256)
        let samples = MuLaw.decoded(levels)
        #expect(
            try MuLaw.encoded(samples).array(of: Int32.self, on: device) == (0..<256).map { Int32($0) })
        let values = try samples.array(of: Float.self, on: device)
        #expect(abs(values[0] + 1) < 1e-6 && abs(values[255] - 1) < 1e-6)
        // G.711's law at a half.
        let expected = (log(1 + 255 * 0.5) / log(256.0) + 1) * 127.5
        #expect(
            try MuLaw.encoded(Tensor([0.5, 2] as [Float])).array(of: Int32.self, on: device)
                == [Int32(expected.rounded()), 255])
    }
}
