import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// The gated units of both stacks, with colours and with classes, against PyTorch; see `gated_networks.py`.
@Suite("Gated PixelCNNs beside PyTorch's") struct GatedNetworkTests {
    private struct Golden: Decodable {
        struct Case: Decodable {
            let initial: [String: [Float]]
            let images: [Float]
            let labels: [Int32]?
            let weight: [Float]
            let output: [Double]
            let gradients: [String: [Double]]
        }

        let colours: Case
        let classes: Case
    }

    private static let golden: Golden = readFixture("gated_networks.json")

    @Test(arguments: TestDevices.all)
    func colours(device: Device) throws {
        let golden = Self.golden.colours
        let model = GatedPixelCNN(imageShape: [4, 3, 3], features: 6, blocks: 1)
        try expect(golden, of: model, on: device) {
            model.network(Tensor(golden.images, shape: [2, 4, 3, 3]))
        }
    }

    @Test func classes() throws {
        let golden = Self.golden.classes
        let labels = try #require(golden.labels)
        let model = ConditionalGatedPixelCNN(imageShape: [4, 3, 1], classes: 3, features: 4, blocks: 1)
        try expect(golden, of: model, on: .cpu) {
            model.negativeLogLikelihood(
                Tensor(golden.images, shape: [3, 4, 3, 1]), labels: Tensor(labels))
        }
    }

    /// Expects a case's output of a model that has the case's weights, and the gradients toward these.
    private func expect(
        _ golden: Golden.Case, of model: some Module, on device: Device, _ output: () -> Tensor
    ) throws {
        #expect(Set(model.parameters.map(\.path)) == Set(golden.initial.keys))
        for (path, parameter) in model.parameters {
            parameter.assign(Tensor(try #require(golden.initial[path]), shape: parameter.shape))
        }
        let result = output()
        let slopes = gradients(
            of: (result * Tensor(golden.weight, shape: result.shape)).sum(),
            withRespectTo: model.parameters.map(\.parameter.value))
        let values = try Tensor.evaluate([result] + slopes, on: device)
        check(try values[0].array(of: Float.self), golden.output, "output")
        for ((path, _), slope) in zip(model.parameters, values.dropFirst()) {
            check(try slope.array(of: Float.self), try #require(golden.gradients[path]), path)
        }
    }

    /// Sums in `float32` agree with those in `float64` to a few 2⁻²⁴ of their largest terms for each layer.
    private func check(_ values: [Float], _ expected: [Double], _ what: String) {
        #expect(values.count == expected.count, "\(what)")
        let scale = expected.reduce(0) { max($0, abs($1)) }
        let worst = zip(values, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
        #expect(scale > 0 && worst <= 5e-6 * scale, "\(what) differs by \(worst), of \(scale)")
    }
}
