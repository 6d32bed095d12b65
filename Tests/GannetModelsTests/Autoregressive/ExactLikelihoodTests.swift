import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("Exact likelihoods") struct ExactLikelihoodTests {
    /// Random weights, so that pictures differ in likelihood.
    private func model() throws -> FVBN {
        let model = FVBN(imageShape: [8, 8, 1])
        var random = RandomStream(seed: 4)
        model.weight.assign(try random.normal([64, 64]).evaluated(on: .cpu))
        return model
    }

    @Test("A data set's are those of its pictures, in batches of any size")
    func dataSets() throws {
        let (model, data) = (try model(), Bars(count: 10, side: 8))
        let whole = try (-model.negativeLogLikelihood(data.batch(at: Array(0..<7)).images))
            .array(of: Float.self, on: .cpu).map(Double.init)
        let batches = try model.logLikelihoods(over: data, count: 7, batchSize: 3, on: .cpu)
        #expect(batches.count == 7 && Set(batches).count == 7)
        for (a, b) in zip(whole, batches) { #expect(abs(a - b) < 1e-5 * abs(a)) }
        #expect(try model.logLikelihoods(over: data, count: 99, on: .cpu).count == 10)
    }

    @Test("Without pictures, or with weights that are not numbers, there are none")
    func failures() throws {
        let model = try model()
        #expect { try model.logLikelihoods(over: Bars(count: 0, side: 8), on: .cpu) } throws: {
            "\($0)".contains("no examples")
        }
        model.bias.assign(Tensor([Float](repeating: .nan, count: 64)))
        #expect { try model.logLikelihoods(over: Bars(count: 2, side: 8), on: .cpu) } throws: {
            "\($0)".contains("not a number")
        }
    }

    @Test("Of unknown class a picture is as likely as it is on average over the classes")
    func classes() throws {
        let model = ConditionalGatedPixelCNN(imageShape: [4, 4, 1], classes: 3, features: 4, blocks: 1)
        var random = RandomStream(seed: 2)
        for (_, parameter) in model.parameters {
            parameter.assign(try random.normal(parameter.shape).evaluated(on: .cpu))
        }
        let x = try random.uniform([5, 4, 4, 1]).evaluated(on: .cpu)
        let found = try model.logLikelihood(x).array(of: Float.self, on: .cpu)
        var means = [Double](repeating: 0, count: 5)
        for label in 0..<3 {
            let labels = Tensor([Int32](repeating: Int32(label), count: 5))
            let costs = try model.negativeLogLikelihood(x, labels: labels).array(of: Float.self, on: .cpu)
            for (picture, cost) in costs.enumerated() { means[picture] += exp(-Double(cost)) / 3 }
        }
        for (value, mean) in zip(found, means) { #expect(abs(Double(value) - log(mean)) < 1e-4) }
    }

    @Test("A model that knows nothing needs a bit for each value that is black or white", arguments: [1, 3])
    func bits(channels: Int) throws {
        let model = FVBN(imageShape: [2, 3, channels])
        let x = Tensor.ones([1, 2, 3, channels])
        let nats = try model.negativeLogLikelihood(x).array(of: Float.self, on: .cpu)[0]
        #expect(abs(model.bitsPerDimension(nats: Double(nats), exampleShape: [2, 3, channels]) - 1) < 1e-6)
    }
}
