import Gannet
import GannetTestSupport
import Testing

/// What PyTorch computes in `float64` of a network with given weights, and the gradients toward them; see
/// `network_cases.py`.
struct NetworkGolden: Decodable {
    let initial: [String: [Float]]
    let input: [Float]
    let labels: [Int32]?
    let weight: [Float]
    let output: [Double]
    let gradients: [String: [Double]]

    /// Expects the output of a model that has these weights, and the gradients toward them.
    func expect(of model: some Module, on device: Device, _ output: () -> Tensor) throws {
        #expect(Set(model.parameters.map(\.path)) == Set(initial.keys))
        for (path, parameter) in model.parameters {
            parameter.assign(Tensor(try #require(initial[path]), shape: parameter.shape))
        }
        let result = output()
        let slopes = Gannet.gradients(
            of: (result * Tensor(weight, shape: result.shape)).sum(),
            withRespectTo: model.parameters.map(\.parameter.value))
        let values = try Tensor.evaluate([result] + slopes, on: device)
        check(try values[0].array(of: Float.self), self.output, "output")
        for ((path, _), slope) in zip(model.parameters, values.dropFirst()) {
            check(try slope.array(of: Float.self), try #require(gradients[path]), path)
        }
    }

    /// Sums in `float32` agree with those in `float64` to a few 2⁻²⁴ of their largest terms for each layer.
    private func check(_ values: [Float], _ expected: [Double], _ what: String) {
        #expect(values.count == expected.count, "\(what)")
        let scale = expected.reduce(0) { max($0, abs($1)) }
        let worst = zip(values, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
        #expect(worst <= 5e-6 * scale, "\(what) differs by \(worst), of \(scale)")
    }
}
