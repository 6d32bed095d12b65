import Gannet
import GannetTestSupport
import Testing

/// Golden cases in a file of their own, and what computes them here.
struct TorchCases: Decodable {
    let cases: [String: TorchGolden.Case]

    /// Expects that `functions` give the values and gradients of these cases on `device`, to `tolerance` of the
    /// largest element. Many cases are computed in one program, which compiles faster than many programs.
    func expect(
        _ functions: [String: @Sendable ([String: Tensor]) -> Tensor], on device: Device, tolerance: Double
    ) throws {
        let names = cases.keys.sorted()
        for start in stride(from: 0, to: names.count, by: 24) {
            let chunk = names[start..<min(start + 24, names.count)]
            var tensors: [Tensor] = []
            var expected: [(what: String, value: ReferenceValue)] = []
            for name in chunk {
                guard let golden = cases[name], let function = functions[name] else { continue }
                let inputs = golden.inputs.mapValues(\.tensor)
                let output = function(inputs)
                tensors.append(output)
                expected.append((name, golden.output.expected))
                let letters = golden.gradients.keys.sorted()
                if letters.isEmpty { continue }
                tensors += gradients(
                    of: (output * golden.weight.tensor).sum(), withRespectTo: letters.map { inputs[$0]! })
                expected += letters.map { ("\(name), gradient of \($0)", golden.gradients[$0]!.expected) }
            }
            let actual = try ReferenceEvaluator().values(of: Tensor.evaluate(tensors, on: device))
            for (value, (what, right)) in zip(actual, expected) {
                let failure = Tolerance.scaled(tolerance).failure(value, expected: right)
                #expect(failure == nil, "\(what)")
            }
        }
    }
}
