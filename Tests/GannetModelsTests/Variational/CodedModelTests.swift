import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("Models of codes")
struct CodedModelTests {
    /// Four pixels, each with its level, of 8, for its code.
    private struct Told: CodedModel {
        let imageShape: Shape = [1, 4, 1]
        let planes: [Shape] = [[1, 4]]
        let variance: Float = 1
        let books: [VectorQuantizer]

        init() {
            var random = RandomStream(seed: 1)
            books = [VectorQuantizer(CodebookOptions(count: 8, features: 1), random: &random)]
        }

        func codes(of images: Tensor) -> [Tensor] {
            [(images * 7).rounded().cast(to: .int32).reshape(-1, 1, 4)]
        }
        func pictures(of codes: [Tensor]) -> Tensor {
            codes[0].cast(to: .float32).reshape(-1, 1, 4, 1) / 7
        }
        func autoencoded(
            _ images: Tensor, noise: inout RandomStream
        ) -> (planes: [VectorQuantizer.Result], images: Tensor) { ([], images) }
    }

    private struct Pictures: DataSet {
        let numbers: [Float]
        let exampleShape: Shape = [1, 4, 1]
        var count: Int { numbers.count / 4 }
        func batch(at indices: [Int]) -> Batch {
            Batch(
                images: Tensor(
                    indices.flatMap { numbers[4 * $0..<4 * $0 + 4] }, shape: [indices.count, 1, 4, 1]))
        }
    }

    @Test("Perplexity is the number of codes that are used alike", arguments: TestDevices.all)
    func perplexity(device: Device) throws {
        let same = Pictures(numbers: [Float](repeating: 3 / 7, count: 1200))
        let all = Pictures(numbers: (0..<1200).map { Float($0 % 8) / 7 })
        #expect(abs(try Told().perplexities(over: same, on: device)[0] - 1) < 1e-9)
        #expect(abs(try Told().perplexities(over: all, on: device)[0] - 8) < 1e-9)
    }

    private static func models() -> [any CodedModel] {
        let sizes = CodeNetworkSizes(features: 16, halvings: 1, blocks: 1)
        let book = CodebookOptions(count: 16, features: 4, learning: .movingAverage(decay: 0.9))
        let learned = CodebookOptions(count: 16, features: 4, learning: .loss)
        return [
            VQVAE(imageShape: [8, 8, 1], networks: sizes, book: book, seed: 1),
            VQVAE(imageShape: [8, 8, 1], networks: sizes, book: learned, seed: 1),
            VQVAE2(imageShape: [8, 8, 1], networks: sizes, book: book, seed: 1),
            // Sides of 7 and 4.
            VQVAE2(imageShape: [14, 14, 1], networks: sizes, book: book, seed: 1),
        ]
    }

    @Test("Planes halve the sides, and what is decoded has the pictures' shape", arguments: TestDevices.all)
    func shapes(device: Device) throws {
        let planes: [[Shape]] = [[[4, 4]], [[4, 4]], [[2, 2], [4, 4]], [[4, 4], [7, 7]]]
        for (model, expected) in zip(Self.models(), planes) {
            #expect(model.planes == expected)
            var random = RandomStream(seed: 3)
            let images = random.uniform(Shape([3] + model.imageShape.extents))
            let codes = model.codes(of: images)
            #expect(codes.map { Shape(Array($0.shape.extents.dropFirst())) } == expected)
            #expect(model.pictures(of: codes).shape == images.shape)
            // As it is trained it sees the same codes.
            let trained = model.autoencoded(images, noise: &random)
            for (one, other) in zip(codes, trained.planes) {
                #expect(
                    try one.array(of: Int32.self, on: device)
                        == other.numbers.array(of: Int32.self, on: device))
            }
            let difference = (trained.images.clamped(to: 0...1) - model.pictures(of: codes)).abs().max()
            #expect(try difference.scalar(on: device) < 1e-5)
        }
    }

    @Test("They learn bars, and a prior draws them", arguments: TestDevices.all)
    func learning(device: Device) throws {
        for model in Self.models().dropLast().suffix(2) {
            let data = Bars(count: 64)
            let images = data.batch(at: Array(0..<64)).images
            let batch = Batch(images: images, labels: Tensor((0..<64).map { Int32($0 % 2) }))
            try fit(model, batch, updates: 250, rate: 3e-3, on: device)
            let error = try model.evaluation(over: data, on: device)
            let variance = try (batch.images - batch.images.mean(axes: [0], keepsAxes: true)).squared()
                .sum(axes: [1, 2, 3]).mean().scalar(on: device)
            #expect(error < 0.35 * Double(variance), "\(error) of \(variance)")
            #expect(try model.perplexities(over: data, on: device).max()! > 1.5)

            let before = try model.allParameters.map { try $0.parameter.value.array(of: Float.self) }
            let prior = CodePrior(of: model, classes: 2, features: 16, blocks: 2, mapFeatures: 4, seed: 2)
            let first = try evaluation(prior, batch, on: device)
            try fit(prior, batch, updates: 150, rate: 3e-3, on: device)
            let last = try evaluation(prior, batch, on: device)
            #expect(last < 0.6 * first, "\(first) to \(last)")
            // What encodes and decodes is as it was.
            for (one, other) in zip(before, model.allParameters) {
                #expect(try one == other.parameter.value.array(of: Float.self))
            }
            let drawn = try prior.samples(of: [0, 1, 1], seed: 4).evaluated(on: device)
            #expect(drawn.shape == [3, 8, 8, 1])
            #expect(try prior.samples(3, seed: 4).evaluated(on: device).shape == [3, 8, 8, 1])
        }
    }

    private func fit(
        _ model: some TrainableModel, _ batch: Batch, updates: Int, rate: Float, on device: Device
    ) throws {
        let optimizer = Adam(for: model, learningRate: rate)
        func loss() -> Tensor { RandomStream.withCurrent { model.loss(batch, noise: &$0) } }
        for _ in 0..<updates { try optimizer.update(minimizing: loss(), on: device) }
    }

    private func evaluation(_ prior: CodePrior, _ batch: Batch, on device: Device) throws -> Float {
        var noise = RandomStream(seed: 1)
        return try prior.negativeLogLikelihoodBound(batch, noise: &noise).mean().scalar(on: device)
    }

    @Test("A prior's codes are drawn pixel by pixel as by the whole network", arguments: TestDevices.all)
    func drawing(device: Device) throws {
        let model = VQVAE2(
            imageShape: [8, 8, 1], networks: CodeNetworkSizes(features: 8, halvings: 1, blocks: 1),
            book: CodebookOptions(count: 16, features: 4), seed: 1)
        var prior = CodePrior(of: model, classes: 3, features: 8, blocks: 1, mapFeatures: 4, seed: 2)
        // Maps and classes begin at 0: let them tell something.
        var random = RandomStream(seed: 5)
        for (_, parameter) in prior.parameters where !parameter.isFrozen {
            parameter.assign(try (0.5 * random.normal(parameter.shape)).evaluated())
        }
        let labels = Tensor([0, 1, 2, 1] as [Int32])
        let cached = try prior.codes(4, labels: labels, seed: 3).map {
            try $0.array(of: Int32.self, on: device)
        }
        prior.drawing.isNaive = true
        let naive = try prior.codes(4, labels: labels, seed: 3).map {
            try $0.array(of: Int32.self, on: device)
        }
        #expect(cached == naive)
        #expect(Set(cached[1]).count > 3)
        // The first pictures of a longer list are the same; a class matters to its own picture only.
        prior.drawing.isNaive = false
        for (one, plane) in zip(cached, prior.codes(2, labels: Tensor([0, 1] as [Int32]), seed: 3)) {
            let first = try plane.array(of: Int32.self, on: device)
            #expect(first[...] == one[..<(one.count / 2)])
        }
        let other = try prior.codes(4, labels: Tensor([2, 1, 2, 1] as [Int32]), seed: 3)[0]
            .array(of: Int32.self, on: device)
        #expect(other[0..<4] != cached[0][0..<4] && other[4...] == cached[0][4...])
    }

    @Test("The probabilities of all codes sum to 1")
    func probabilities() throws {
        // Two planes of one place and of four, of two codes: 32 pictures.
        let model = VQVAE2(
            imageShape: [4, 4, 1], networks: CodeNetworkSizes(features: 4, halvings: 1, blocks: 0),
            book: CodebookOptions(count: 2, features: 2), seed: 1)
        let prior = CodePrior(of: model, features: 6, blocks: 1, mapFeatures: 2, seed: 2)
        let all = (0..<32).map { number in (0..<5).map { Int32(number >> $0 & 1) } }
        let top = Tensor(all.map { $0[0] }, shape: [32, 1, 1])
        let bottom = Tensor(all.flatMap { $0[1...] }, shape: [32, 2, 2])
        let sum = (-prior.negativeLogLikelihood(ofCodes: [top, bottom])).exp().sum()
        #expect(abs(try sum.scalar(on: .cpu) as Float - 1) < 1e-5)
    }
}
