import Foundation
import Gannet
import GannetModels
import GannetTestSupport
import Testing

/// What holds for every autoregressive model; of the PixelCNN++, also ``PixelCNNPlusPlusTests``.
@Suite struct AutoregressiveModelTests {
    /// A small model.
    enum Example: String, CaseIterable {
        case pixelCNN, gated, row, diagonal

        func model(
            _ shape: Shape, _ distribution: PixelDistribution, features: Int = 6
        ) -> any AutoregressiveModel {
            switch self {
            case .pixelCNN:
                PixelCNN(
                    imageShape: shape, distribution: distribution, features: features, blocks: 2, seed: 3)
            case .gated:
                GatedPixelCNN(
                    imageShape: shape, distribution: distribution, features: features, blocks: 2, seed: 3)
            case .row:
                PixelRNN(
                    .row, imageShape: shape, distribution: distribution, features: features, layers: 2,
                    seed: 3)
            case .diagonal:
                PixelRNN(
                    .diagonal, imageShape: shape, distribution: distribution, features: features, layers: 1,
                    seed: 3)
            }
        }
    }

    static let distributions: [(PixelDistribution, channels: Int)] = [
        (.bernoulli, 1), (.categorical(levels: 5), 1), (.categorical(levels: 4), 3), (.bernoulli, 3),
        (.logisticMixture(components: 3), 1), (.logisticMixture(components: 2), 3),
    ]

    /// On other devices than the CPU, where compiling takes long, a distribution or two stand for all.
    @Test(
        "Cached and naive drawing give the same pictures, on every device", arguments: Example.allCases)
    func cachedIsNaive(example: Example) throws {
        for (number, (distribution, channels)) in Self.distributions.enumerated() {
            func check(_ model: some AutoregressiveModel) throws {
                func pictures(isNaive: Bool = false, on device: Device) throws -> [Float] {
                    let options = DrawingOptions(temperature: 0.8, isNaive: isNaive)
                    return try model.samples(2, seed: 5, options: options).array(of: Float.self, on: device)
                }
                let cached = try pictures(on: .cpu)
                #expect(
                    try pictures(isNaive: true, on: .cpu) == cached, "\(distribution), \(channels) channels")
                #expect(Set(cached).count > 1)
                guard number == 2 || (number == 4 && example == .pixelCNN) else { return }
                for device in TestDevices.all { #expect(try pictures(on: device) == cached, "\(device)") }
            }
            try check(example.model([4, 3, channels], distribution))
        }
    }

    @Test("No parameter depends on what comes later", arguments: Example.allCases)
    func causality(example: Example) throws {
        for (distribution, channels) in Self.distributions {
            func check(_ model: some AutoregressiveModel) throws {
                try expectCausality(of: model.network, distribution, channels: channels)
            }
            // Enough of them that ReLUs do not hide any dependence.
            try check(example.model([5, 4, channels], distribution, features: 36))
        }
    }

    @Test("Neither does one of a model that is told the class")
    func causalityOfClasses() throws {
        for (distribution, channels) in Self.distributions {
            let model = ConditionalGatedPixelCNN(
                imageShape: [5, 4, channels], classes: 3, distribution: distribution, features: 36, blocks: 2,
                seed: 3)
            try drawClasses(of: model)
            try expectCausality(
                of: model.network.conditioned(on: Tensor([2] as [Int32])), distribution, channels: channels)
        }
    }

    /// Classes that mean something, other than at first.
    private func drawClasses(of model: ConditionalGatedPixelCNN, on device: Device = .cpu) throws {
        let tables = model.parameters.filter { $0.path.contains("classes") || $0.path.contains("maps") }
        #expect(tables.count == 2)
        var random = RandomStream(seed: 1)
        for (_, table) in tables { table.assign(try random.normal(table.shape).evaluated(on: device)) }
    }

    /// The pixels, and the colours of a pixel, that the parameters of a pixel of 5 × 4 depend on, by the gradient.
    private func expectCausality(
        of network: some Layer, _ distribution: PixelDistribution, channels: Int
    ) throws {
        var random = RandomStream(seed: 8)
        let x = try random.normal([1, 5, 4, channels]).evaluated(on: .cpu)
        let count = distribution.parameterCount(channels: channels)
        let parameters = network(x).reshape([20, count])
        let passes = distribution.passCount(channels: channels)
        let each = count / passes
        for pixel in [0, 3, 6, 19] {
            for color in 0..<passes {
                let own = parameters.element(pixel, axis: 0).slice(color * each..<(color + 1) * each, axis: 0)
                let slope = try gradients(of: (own * own).sum(), withRespectTo: [x])[0]
                    .array(of: Float.self, on: .cpu)
                let future = slope[(pixel * channels + (passes == 1 ? 0 : color))...]
                #expect(future.allSatisfy { $0 == 0 }, "\(distribution), pixel \(pixel), colour \(color)")
                // The colour before, or the pixel before: to the left, or above.
                if passes > 1, color > 0 { #expect(slope[pixel * channels + color - 1] != 0) }
                if pixel > 0 {
                    let before = pixel % 4 == 0 ? pixel - 4 : pixel - 1
                    #expect(slope[before * channels..<(before + 1) * channels].contains { $0 != 0 })
                }
            }
        }
    }

    /// All pictures of a shape with few values that are black or white.
    private func pictures(_ shape: Shape) -> Tensor {
        let count = 1 << shape.count
        return Tensor(
            (0..<count).flatMap { number in (0..<shape.count).map { Float(number >> $0 & 1) } },
            shape: Shape([count] + shape.extents))
    }

    @Test("The probabilities of all pictures are 1 together", arguments: [[3, 3, 1], [1, 3, 3]] as [Shape])
    func total(shape: Shape) throws {
        let x = pictures(shape)
        func total(_ costs: Tensor) throws -> Double {
            try costs.array(of: Float.self, on: .cpu).reduce(0) { $0 + exp(-Double($1)) }
        }
        for example in Example.allCases {
            func check(_ model: some AutoregressiveModel) throws {
                #expect(abs(try total(model.negativeLogLikelihood(x)) - 1) < 1e-5, "\(example)")
            }
            try check(example.model(shape, .bernoulli))
        }
        let model = ConditionalGatedPixelCNN(imageShape: shape, classes: 3, features: 6, blocks: 1, seed: 3)
        try drawClasses(of: model)
        for label in 0..<3 {
            let labels = Tensor([Int32](repeating: Int32(label), count: x.shape[0]))
            let costs = model.negativeLogLikelihood(x, labels: labels)
            #expect(abs(try total(costs) - 1) < 1e-5, "class \(label)")
        }
        // So are those of pictures of unknown classes.
        #expect(abs(try total(-model.logLikelihood(x)) - 1) < 1e-5)
    }

    @Test(
        "The likelihood of a sample in one pass is that of its pixels in the order in which they are drawn")
    func likelihoodOfSamples() throws {
        for example in Example.allCases {
            let model = example.model([4, 4, 1], .bernoulli)
            let x = try model.samples(3, seed: 2).evaluated(on: .cpu)
            var noise = RandomStream(seed: 0)
            let whole = try model.negativeLogLikelihoodBound(Batch(images: x), noise: &noise)
                .array(of: Float.self, on: .cpu)
            // −ln p of the pixels in the order in which they are drawn.
            func inOrder(_ model: some AutoregressiveModel) throws -> [Float] {
                try model.distribution.negativeLogLikelihood(
                    of: x, parameters: model.network.inReadingOrder(x)
                )
                .array(of: Float.self, on: .cpu)
            }
            for (a, b) in zip(whole, try inOrder(model)) { #expect(abs(a - b) < 1e-4) }
        }
    }

    @Test("What is given of a picture stays, and the rest is completed", arguments: TestDevices.all)
    func completion(device: Device) throws {
        let model = PixelCNN(imageShape: [5, 4, 1], features: 6, blocks: 1, seed: 1)
        let given = Tensor((0..<40).map { Float($0 % 2) }, shape: [2, 5, 4, 1])
        for isNaive in device == .cpu ? [false, true] : [false] {
            let options = DrawingOptions(given: GivenPixels(given, rows: 2), isNaive: isNaive)
            let x = try model.samples(2, seed: 4, options: options).array(of: Float.self, on: device)
            for picture in 0..<2 {
                #expect(Array(x[picture * 20..<picture * 20 + 8]) == [0, 1, 0, 1, 0, 1, 0, 1])
            }
            #expect(x != (try model.samples(2, seed: 4).array(of: Float.self, on: .cpu)))
        }
    }

    @Test("The gated model sees every pixel before")
    func noBlindSpot() throws {
        let model = GatedPixelCNN(imageShape: [7, 7, 1], features: 8, blocks: 4, seed: 2)
        var random = RandomStream(seed: 8)
        let x = try random.normal([1, 7, 7, 1]).evaluated(on: .cpu)
        let slope = try gradients(of: model.network(x).flattened().element(45, axis: 0), withRespectTo: [x])[
            0
        ]
        .array(of: Float.self, on: .cpu)
        for pixel in 0..<49 { #expect((slope[pixel] != 0) == (pixel < 45), "pixel \(pixel)") }
    }

    @Test("Classes shift the gates, and classes that are asked for are drawn", arguments: TestDevices.all)
    func classes(device: Device) throws {
        var model = ConditionalGatedPixelCNN(
            imageShape: [4, 4, 1], classes: 3, features: 6, blocks: 1, seed: 3)
        try drawClasses(of: model, on: device)
        let labels = [0, 2, 1, 0]
        let cached = try model.samples(of: labels, seed: 5).array(of: Float.self, on: device)
        let naive = try model.samples(of: labels, seed: 5, options: DrawingOptions(isNaive: true))
            .array(of: Float.self, on: .cpu)
        #expect(cached == naive)
        // Likely values alone, which no random number changes.
        model.drawing = DrawingOptions(temperature: 1e-6)
        #expect(
            try model.samples(of: labels, seed: 5).array(of: Float.self, on: device)
                == model.samples(of: labels, seed: 6).array(of: Float.self, on: device))
        let x = Tensor([Float](repeating: 1, count: 48), shape: [3, 4, 4, 1])
        let costs = try model.negativeLogLikelihood(x, labels: Tensor([0, 1, 2] as [Int32]))
            .array(of: Float.self, on: device)
        #expect(Set(costs).count == 3)
    }
}
