import Gannet
import GannetTestSupport
import Testing

@Suite("Linear")
struct LinearTests {
    @Test("x · W + b and its gradients", arguments: TestDevices.all)
    func forward(device: Device) throws {
        var random = RandomStream(seed: 5)
        let layer = Linear(inputs: 3, outputs: 2, random: &random)
        layer.weight.assign(Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2]))
        layer.bias?.assign(Tensor([10, 20] as [Float]))
        let x = Tensor([1, 0, -1, 2, 1, 0] as [Float], shape: [2, 3])
        #expect(try layer(x).array(of: Float.self, on: device) == [6, 16, 15, 28])
        let deep = layer(x.reshape(1, 2, 3))
        #expect(deep.shape == [1, 2, 2])
        let found = gradients(
            of: layer(x).sum(), withRespectTo: [layer.weight.value, layer.bias!.value, x])
        #expect(try found[0].array(of: Float.self, on: device) == [3, 3, 1, 1, -1, -1])
        #expect(try found[1].array(of: Float.self, on: device) == [2, 2])
        #expect(try found[2].array(of: Float.self, on: device) == [3, 7, 11, 3, 7, 11])
    }

    @Test("Initial values fill ±1/√inputs evenly, follow from the seed and take two draws")
    func initialisation() throws {
        var random = RandomStream(seed: 9)
        let layer = Linear(inputs: 400, outputs: 50, random: &random)
        #expect(random == RandomStream(seed: 9, position: 2))
        let values = try layer.weight.value.array(of: Float.self, on: .cpu)
        #expect(values.allSatisfy { abs($0) <= 0.05 })
        // The mean of 20,000 such numbers is within four standard errors of 0, their variance of 0.05²/3.
        let mean = values.reduce(0) { $0 + Double($1) } / 20_000
        let variance = values.reduce(0) { $0 + Double($1) * Double($1) } / 20_000
        let meanError = 0.05 / (3.0 * 20_000).squareRoot()
        let varianceError = 0.0025 * (4.0 / 45 / 20_000).squareRoot()
        #expect(abs(mean) < 4 * meanError)
        #expect(abs(variance - 0.0025 / 3) < 4 * varianceError)
        var again = RandomStream(seed: 9)
        let bits = again.uniform([400, 50])
        let uniforms = try bits.array(of: Float.self, on: .cpu)
        #expect(zip(values, uniforms).allSatisfy { abs($0 - ($1 * 0.1 - 0.05)) < 1e-8 })
    }
}
