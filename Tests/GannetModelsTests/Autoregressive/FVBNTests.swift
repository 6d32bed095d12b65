import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("FVBN") struct FVBNTests {
    private func model() throws -> FVBN {
        let model = FVBN(imageShape: [3, 3, 1])
        var random = RandomStream(seed: 4)
        model.weight.assign(try random.normal([9, 9]).evaluated(on: .cpu))
        model.bias.assign(try random.normal([9]).evaluated(on: .cpu))
        return model
    }

    @Test("The probabilities of all 512 pictures are 1 together", arguments: TestDevices.all)
    func total(device: Device) throws {
        let pictures = Tensor(
            (0..<512).flatMap { number in (0..<9).map { Float(number >> $0 & 1) } }, shape: [512, 3, 3, 1])
        let costs = try model().negativeLogLikelihood(pictures).array(of: Float.self, on: device)
        #expect(abs(costs.reduce(0) { $0 + exp(-Double($1)) } - 1) < 1e-5)
    }

    @Test("No logit depends on its own value or on later ones", arguments: [1, 3])
    func causality(channels: Int) throws {
        let count = 6 * channels
        let model = FVBN(imageShape: [2, 3, channels])
        var random = RandomStream(seed: 6)
        model.weight.assign(try random.normal([count, count]).evaluated(on: .cpu))
        let x = try random.normal([1, count]).evaluated(on: .cpu)
        let logits = model.logits(of: x).flattened()
        for value in 0..<count {
            let slope = try gradients(of: logits.element(value, axis: 0), withRespectTo: [x])[0]
                .array(of: Float.self, on: .cpu)
            for other in 0..<count { #expect((slope[other] != 0) == (other < value), "\(other) in \(value)") }
        }
    }

    @Test("Pictures are drawn as often as they are likely", arguments: TestDevices.all)
    func drawing(device: Device) throws {
        let (model, count) = (try model(), 20_000)
        let x = try model.samples(count, seed: 3).array(of: Float.self, on: device)
        var drawn = [Int](repeating: 0, count: 512)
        for picture in 0..<count {
            drawn[(0..<9).reduce(0) { $0 | Int(x[9 * picture + $1]) << $1 }] += 1
        }
        let pictures = Tensor(
            (0..<512).flatMap { number in (0..<9).map { Float(number >> $0 & 1) } }, shape: [512, 3, 3, 1])
        let costs = try model.negativeLogLikelihood(pictures).array(of: Float.self, on: device)
        for (count, cost) in zip(drawn, costs) {
            let expected = 20_000 * exp(-Double(cost))
            #expect(abs(Double(count) - expected) < 6 * max(1, expected.squareRoot()))
        }
        // Longer lists begin alike.
        #expect(try model.samples(7, seed: 3).array(of: Float.self, on: device) == Array(x.prefix(63)))
    }
}
