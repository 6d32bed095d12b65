import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// The PixelCNN++, whose network sees pictures at several resolutions.
@Suite struct PixelCNNPlusPlusTests {
    private static func model(_ shape: Shape, depth: Int, features: Int = 6, blocks: Int = 1)
        -> PixelCNNPlusPlus
    {
        PixelCNNPlusPlus(
            imageShape: shape, components: 2, features: features, blocks: blocks, depth: depth, seed: 3)
    }

    @Test("Results and gradients are PyTorch's; see pixelcnn_plus_plus.py", arguments: TestDevices.all)
    func golden(device: Device) throws {
        let golden: NetworkGolden = readFixture("pixelcnn_plus_plus.json")
        let model = Self.model([8, 4, 3], depth: 2, features: 2)
        let x = Tensor(golden.input, shape: [2, 8, 4, 3])
        try golden.expect(of: model, on: device) { model.network(x) }
    }

    @Test("In reading order the network makes what it makes of whole pictures", arguments: TestDevices.all)
    func readingOrder(device: Device) throws {
        var random = RandomStream(seed: 3)
        let sizes =
            device == .cpu
            ? [(8, 12, 2, 2), (4, 4, 2, 1), (16, 8, 3, 1), (3, 5, 0, 2), (2, 6, 1, 1)] : [(8, 4, 2, 1)]
        for (height, width, depth, blocks) in sizes {
            let model = Self.model([height, width, 3], depth: depth, blocks: blocks)
            // Weights at which no unit is near the identity.
            for (_, parameter) in model.parameters {
                parameter.assign(try (random.normal(parameter.shape) * 0.15).evaluated(on: device))
            }
            let x = random.normal([2, height, width, 3])
            let whole = try model.network(x).array(of: Float.self, on: .cpu)
            let read = try model.network.inReadingOrder(x).array(of: Float.self, on: device)
            #expect(whole.count == read.count)
            let scale = whole.reduce(0) { max($0, abs($1)) }
            for (a, b) in zip(whole, read) {
                #expect(abs(a - b) <= 1e-5 * scale, "\(height) × \(width), depth \(depth)")
            }
        }
    }

    @Test("Cached and naive drawing give the same pictures, grey and in colour")
    func cachedIsNaive() throws {
        for channels in [1, 3] {
            let model = Self.model([8, 8, channels], depth: 2)
            let options = DrawingOptions(temperature: 0.8)
            let cached = try model.samples(3, seed: 5, options: options).array(of: Float.self, on: .cpu)
            let naive = try model.samples(
                3, seed: 5, options: DrawingOptions(temperature: 0.8, isNaive: true)
            )
            .array(of: Float.self, on: .cpu)
            #expect(cached == naive)
            #expect(Set(cached).count > 10)
        }
    }

    @Test("A pixel's parameters depend on the pixels before, and on none behind", arguments: [1, 3])
    func causality(channels: Int) throws {
        var random = RandomStream(seed: 8)
        let model = Self.model([8, 8, channels], depth: 2, features: 12)
        for (_, parameter) in model.parameters {
            parameter.assign(try (random.normal(parameter.shape) * 0.15).evaluated(on: .cpu))
        }
        let x = try random.normal([1, 8, 8, channels]).evaluated(on: .cpu)
        let parameters = model.network(x)
        for pixel in [0, 1, 7, 8, 18, 27, 36, 45, 63] {
            let own = parameters.reshape([64, parameters.shape[3]]).element(pixel, axis: 0)
            let slope = try gradients(of: (own * own).sum(), withRespectTo: [x])[0]
                .array(of: Float.self, on: .cpu)
            #expect(slope[(pixel * channels)...].allSatisfy { $0 == 0 }, "pixel \(pixel)")
            // As far to the left as the finest level's units reach.
            for before in max(pixel - pixel % 8, pixel - 4)..<pixel {
                #expect(
                    slope[before * channels..<(before + 1) * channels].contains { $0 != 0 },
                    "pixel \(pixel), \(before)")
            }
            if pixel >= 8 {
                #expect(slope[(pixel - 8) * channels..<(pixel - 7) * channels].contains { $0 != 0 })
            }
        }
    }

    @Test("The likelihood of samples in one pass is that in the order in which they are drawn")
    func likelihoodOfSamples() throws {
        let model = Self.model([8, 8, 3], depth: 2)
        let x = try model.samples(3, seed: 2).evaluated(on: .cpu)
        let encoded = model.distribution.encoded(x)
        let whole = try model.negativeLogLikelihood(x).array(of: Float.self, on: .cpu)
        let inOrder = try model.distribution.negativeLogLikelihood(
            of: encoded, parameters: model.network.inReadingOrder(encoded)
        ).array(of: Float.self, on: .cpu)
        for (a, b) in zip(whole, inOrder) { #expect(abs(a - b) <= 1e-6 * abs(a)) }
    }

    @Test("Dropout acts in training and not in evaluation")
    func dropout() throws {
        let model = PixelCNNPlusPlus(
            imageShape: [4, 4, 1], components: 2, features: 6, depth: 1, dropout: 0.5, seed: 1)
        var random = RandomStream(seed: 1)
        for (_, parameter) in model.parameters {
            parameter.assign(try random.normal(parameter.shape).evaluated(on: .cpu))
        }
        let x = random.uniform([2, 4, 4, 1])
        func costs(seed: UInt64, _ mode: ModelMode) throws -> [Float] {
            var random = RandomStream(seed: seed)
            return try RandomStream.with(&random) {
                try ModelMode.with(mode) {
                    try model.negativeLogLikelihood(x).array(of: Float.self, on: .cpu)
                }
            }
        }
        #expect(try costs(seed: 1, .training) != costs(seed: 2, .training))
        #expect(try costs(seed: 1, .evaluation) == costs(seed: 2, .evaluation))
    }
}
