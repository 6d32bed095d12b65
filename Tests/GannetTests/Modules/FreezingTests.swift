import Gannet
import GannetTestSupport
import Testing

@Suite("Frozen parameters")
struct FreezingTests {
    private struct Model: Module {
        let encoder: Linear
        let decoder: Linear

        init() {
            var random = RandomStream(seed: 2)
            encoder = Linear(inputs: 3, outputs: 2, random: &random)
            decoder = Linear(inputs: 2, outputs: 3, random: &random)
        }

        func loss(_ x: Tensor) -> Tensor { (decoder(encoder(x).tanh()) - x).squared().mean() }
        func values() throws -> [String: [Float]] {
            try Dictionary(
                uniqueKeysWithValues: parameters.map { ($0.path, try $0.parameter.value.array(on: .cpu)) })
        }
    }

    private let x = Tensor([1, 2, 3, 5, 8, 13] as [Float], shape: [2, 3])

    @Test func updatesLeaveThemAndTakeThemUpAgain() throws {
        let device = Device(InterpreterBackend())
        let model = Model()
        let optimizer = Adam(for: model, learningRate: 0.1)
        model.freeze { $0.hasPrefix("encoder.") }
        #expect(model.parameters.count == 4 && model.encoder.weight.isFrozen)
        let before = try model.values()
        for _ in 0..<3 { try optimizer.update(minimizing: model.loss(x), on: device) }
        let frozen = try model.values()
        #expect(frozen["encoder.weight"] == before["encoder.weight"])
        #expect(frozen["encoder.bias"] == before["encoder.bias"])
        #expect(frozen["decoder.weight"] != before["decoder.weight"])
        #expect(try device.evaluator().compilationCount == 1)
        let moments = optimizer.state.first { $0.name.hasSuffix("encoder.weight") }!.tensor
        #expect(try moments.array(of: Float.self, on: .cpu).allSatisfy { $0 == 0 })
        model.unfreeze()
        for _ in 0..<2 { try optimizer.update(minimizing: model.loss(x), on: device) }
        let free = try model.values()
        #expect(free["encoder.weight"] != frozen["encoder.weight"])
        #expect(try device.evaluator().compilationCount == 2)
    }

    @Test("An update of what is left equals one of an optimizer that has nothing else")
    func sameAsAPart() throws {
        let (first, second) = (Model(), Model())
        first.freeze { $0.hasPrefix("encoder.") }
        let whole = SGD(for: first, learningRate: 0.1, momentum: 0.9)
        let part = SGD(for: second.decoder, learningRate: 0.1, momentum: 0.9)
        for _ in 0..<3 {
            try whole.update(minimizing: first.loss(x), on: .cpu)
            try part.update(minimizing: second.loss(x), on: .cpu)
        }
        #expect(try first.values() == second.values())
    }
}
