import Foundation
import Gannet
import GannetTestSupport
import Testing

@Suite("Mixtures of discretised logistic distributions")
struct DiscretizedLogisticMixtureTests {
    /// The 256 values of a channel.
    private let levels = (0..<256).map { Float(Double($0) / 255 * 2 - 1) }

    /// −ln P of each level of one channel under one set of parameters.
    private func losses(_ parameters: [Float], on device: Device) throws -> [Double] {
        let row = Tensor(parameters).broadcast(to: [256, parameters.count])
        return try DiscretizedLogisticMixture(parameters: row, channels: 1)
            .negativeLogLikelihood(of: Tensor(levels, shape: [256, 1])).array(of: Float.self, on: device)
            .map(Double.init)
    }

    @Test("The probabilities of all levels add up to 1, however wide or narrow", arguments: TestDevices.all)
    func sumsToOne(device: Device) throws {
        let mixtures: [[Float]] = [
            [0, 0, 0.1, -0.4, -3, -1], [1, -1, 0.5, 0.5, -12, -7], [3, 0, -2, 4, 1, -2], [0, 5, 0, 0, 9, 30],
        ]
        for parameters in mixtures {
            let sum = try losses(parameters, on: device).reduce(0) { $0 + exp(-$1) }
            #expect(abs(sum - 1) < 1e-5, "\(parameters)")
        }
    }

    /// −ln P of pixels of three channels under one set of parameters.
    private func losses(_ parameters: [Float], of pixels: [Float], levels: Int, on device: Device) throws
        -> [Double]
    {
        let count = pixels.count / 3
        let rows = Tensor(parameters).broadcast(to: [count, parameters.count])
        return try DiscretizedLogisticMixture(parameters: rows, channels: 3, levels: levels)
            .negativeLogLikelihood(of: Tensor(pixels, shape: [count, 3]))
            .array(of: Float.self, on: device).map(Double.init)
    }

    /// Two components: the logits, then for red, green and blue the means, the logarithms of the scales and the coefficients.
    private static let colours: [[Float]] = [
        [0.3, -0.4, 0.1, -0.6, -3, -1, 0.5, -2, 0.4, -0.2, -1.5, -4, 1.5, -0.7, -0.3, 0.2, -2, 0.5, -1, 2],
        [2, 0, -1.2, 0.9, -7, -2, 0, 3, 1.1, 0, -9, -2.5, -3, 1, 0.5, -2, -1, -5, 0.4, -0.1],
    ]

    @Test("The probabilities of all pixels of three channels add up to 1", arguments: TestDevices.all)
    func coloursSumToOne(device: Device) throws {
        let levels = (0..<16).map { Float(Double($0) / 15 * 2 - 1) }
        let pixels = levels.flatMap { red in levels.flatMap { green in levels.flatMap { [red, green, $0] } } }
        for parameters in Self.colours {
            let sum = try losses(parameters, of: pixels, levels: 16, on: device).reduce(0) { $0 + exp(-$1) }
            #expect(abs(sum - 1) < 1e-5, "\(parameters)")
        }
    }

    @Test("Whatever red is, all greens and blues with it have the probability that red has alone")
    func greenAndBlueSumToRed() throws {
        for parameters in Self.colours {
            let alone = try losses(Array(parameters[..<6]), on: .cpu)
            for level in [0, 3, 100, 141, 255] {
                let pixels = levels.flatMap { green in levels.flatMap { [levels[level], green, $0] } }
                let together = try losses(parameters, of: pixels, levels: 256, on: .cpu)
                    .reduce(0) { $0 + exp(-$1) }
                let red = exp(-alone[level])
                #expect(abs(together - red) < 1e-5 * red, "\(parameters), red \(level)")
            }
        }
    }

    @Test("All blues together have the probability that red and green have, however blue is distributed")
    func blueSumsToRedAndGreen() throws {
        for parameters in Self.colours {
            var other = parameters
            other.replaceSubrange(14..., with: [0.8, -0.9, -0.5, -3, -1.2, 0.6])
            for (red, green) in [(0, 0), (0, 255), (90, 160), (255, 37), (201, 202)] {
                let pixels = levels.flatMap { [levels[red], levels[green], $0] }
                let sums = try [parameters, other].map {
                    try losses($0, of: pixels, levels: 256, on: .cpu).reduce(0) { $0 + exp(-$1) }
                }
                #expect(sums[0] > 0 && abs(sums[0] - sums[1]) < 1e-5 * sums[0], "\(parameters)")
            }
        }
    }

    @Test("Losses and gradients are finite far from all means", arguments: TestDevices.all)
    func staysFinite(device: Device) throws {
        let parameters = Tensor([0, 0, -40, 90, -7, 1e4] as [Float]).broadcast(to: [256, 6])
        let loss = DiscretizedLogisticMixture(parameters: parameters, channels: 1)
            .negativeLogLikelihood(of: Tensor(levels, shape: [256, 1]))
        let slope = gradients(of: loss.sum(), withRespectTo: [parameters])[0]
        for tensor in [loss, slope] {
            #expect(try tensor.array(of: Float.self, on: device).allSatisfy(\.isFinite))
        }
    }

    @Test("Samples have the mixture's distribution", arguments: TestDevices.all)
    func samplesOfOneChannel(device: Device) throws {
        let parameters: [Float] = [0.5, -0.5, -0.7, 0.6, -2.5, -1.5]
        let expected = try losses(parameters, on: device).map { exp(-$0) }
        let count = 20_000
        var stream = RandomStream(seed: 3)
        let samples = try DiscretizedLogisticMixture(
            parameters: Tensor(parameters).broadcast(to: [count, 6]), channels: 1
        ).sample(from: &stream).array(of: Float.self, on: device)
        var cumulative = 0.0
        for level in stride(from: 15, to: 255, by: 16) {
            cumulative = expected[...level].reduce(0, +)
            let bound = levels[level] + 1 / 255
            let share = Double(samples.count { $0 <= bound }) / Double(count)
            // Four standard deviations.
            #expect(
                abs(share - cumulative) < 4 * (cumulative * (1 - cumulative) / Double(count)).squareRoot())
        }
        #expect(samples.allSatisfy { (-1...1).contains($0) })
    }

    @Test("Green and blue of samples follow the channels before them", arguments: TestDevices.all)
    func samplesOfThreeChannels(device: Device) throws {
        // One narrow component: means 0.2, 0.1, −0.3, scales e⁻⁷, coefficients tanh 0.5, tanh −1, tanh 2.
        let parameters: [Float] = [0, 0.2, -9, 0.5, 0.1, -9, -1, -0.3, -9, 2]
        let count = 500
        var stream = RandomStream(seed: 5)
        let mixture = DiscretizedLogisticMixture(
            parameters: Tensor(parameters).broadcast(to: [count, 10]), channels: 3)
        let samples = try mixture.sample(from: &stream).array(of: Float.self, on: device)
        for row in 0..<count {
            let (r, g, b) = (samples[3 * row], samples[3 * row + 1], samples[3 * row + 2])
            // The logistic numbers are within ±ln 10⁵ scales, and levels half their distance away.
            let slack: Float = 11.6 * exp(-7) + 1 / 255
            #expect(abs(r - 0.2) < slack)
            #expect(abs(g - (0.1 + tanh(0.5) * r)) < slack)
            #expect(abs(b - (-0.3 + tanh(-1) * r + tanh(2) * g)) < slack)
            for value in [r, g, b] {
                let level = (value + 1) * 127.5
                #expect(abs(level - level.rounded()) < 1e-4)
            }
        }
    }
}
