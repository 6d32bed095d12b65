import Gannet
import GannetData
import GannetModels
import GannetTestSupport
import Testing

@Suite("Autoencoders")
struct AutoencoderTests {
    /// Pictures of 6×6 that five factors of different strength make, and some noise.
    private static func pictures(_ count: Int) throws -> [[Double]] {
        var random = RandomStream(seed: 12)
        let strengths = Tensor([1, 0.8, 0.6, 0.4, 0.3] as [Float])
        let factors = random.normal([count, 5]) * strengths
        let mixing = random.normal([5, 36]) * 0.1
        let numbers = try (factors.matmul(mixing) + 0.03 * random.normal([count, 36]) + 0.5)
            .array(of: Float.self, on: .cpu)
        return (0..<count).map { numbers[$0 * 36..<($0 + 1) * 36].map(Double.init) }
    }

    /// What is left of a picture's variance, summed over its pixels, when only `count` principal components are kept.
    private static func principalError(
        _ rows: [[Double]], _ count: Int, iterations: Int = 300
    ) -> Double {
        let size = rows[0].count
        let mean = (0..<size).map { place in rows.reduce(0) { $0 + $1[place] } / Double(rows.count) }
        let centred = rows.map { row in zip(row, mean).map { $0 - $1 } }
        func covariance(_ vector: [Double]) -> [Double] {
            var result = [Double](repeating: 0, count: size)
            for row in centred {
                let product = zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } / Double(rows.count)
                for place in 0..<size { result[place] += product * row[place] }
            }
            return result
        }
        var left = centred.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } } / Double(rows.count)
        var found: [[Double]] = []
        for number in 0..<count {
            var vector = (0..<size).map { Double(($0 * 7 + number * 3) % 11) - 5 }
            var length = 0.0
            // Power iteration, away from what was found.
            for _ in 0..<iterations {
                vector = covariance(vector)
                for other in found {
                    let share = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
                    vector = zip(vector, other).map { $0 - share * $1 }
                }
                length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
                vector = vector.map { $0 / length }
            }
            left -= length
            found.append(vector)
        }
        return left
    }

    @Test("A linear one comes to the error of the principal components", arguments: TestDevices.all)
    func principalComponents(device: Device) throws {
        let rows = try Self.pictures(300)
        let best = Self.principalError(rows, 3)
        let images = Tensor(rows.flatMap { $0.map(Float.init) }, shape: [300, 6, 6, 1])
        let model = Autoencoder(
            imageShape: [6, 6, 1], network: .perceptron(hidden: []), latents: 3, output: .linear, seed: 1)
        let options = UpdateOptions(schedule: .cosine(over: 5000))
        let optimizer = Adam(for: model, learningRate: 0.01, options: options)
        for _ in 0..<5000 {
            try optimizer.update(minimizing: model.squaredErrors(images).mean(), on: device)
        }
        let error = Double(try model.squaredErrors(images).mean().scalar(on: device))
        #expect(error > 0.999 * best && error < 1.01 * best, "\(error), principal components \(best)")
    }

    @Test(
        "On MNIST, too", .enabled(if: RealData.mnist != nil, Comment(rawValue: RealData.needsMNIST)))
    func principalComponentsOfDigits() throws {
        let (count, latents) = (1000, 8)
        let digits = try MNIST.load(.test, folder: try #require(RealData.mnist))
        let images = try digits.batch(at: Array(0..<count)).images.evaluated(on: .cpu)
        let pixels = try images.array(of: Float.self, on: .cpu)
        let rows = (0..<count).map { pixels[$0 * 784..<($0 + 1) * 784].map(Double.init) }
        let best = Self.principalError(rows, latents, iterations: 100)
        let model = Autoencoder(
            imageShape: [28, 28, 1], network: .perceptron(hidden: []), latents: latents, output: .linear,
            seed: 1)
        let steps = 2000
        let optimizer = Adam(
            for: model, learningRate: 3e-3, options: UpdateOptions(schedule: .cosine(over: steps)))
        for _ in 0..<steps {
            try optimizer.update(minimizing: model.squaredErrors(images).mean(), on: .cpu)
        }
        let error = Double(try model.squaredErrors(images).mean().scalar(on: .cpu))
        #expect(error > 0.99 * best && error < 1.01 * best, "\(error), principal components \(best)")
    }

    @Test("A classifier begins with the encoder's weights, and trains them")
    func classifier() throws {
        for (hidden, isFrozen) in [([5], false), ([], false), ([5, 4], true)] as [([Int], Bool)] {
            let model = Autoencoder(
                imageShape: [8, 8, 1], network: .convolutional(features: [3], hidden: 6), latents: 4, seed: 2)
            let classifier = EncodedClassifier(
                of: model, classes: 3, hidden: hidden, isEncoderFrozen: isFrozen)
            let images = Tensor.full(Float(0.3), shape: [3, 8, 8, 1])
            #expect(classifier.logits(images).shape == [3, 3])
            let before = try model.encode(images).array(of: Float.self, on: .cpu)
            let logits = try classifier.logits(images).array(of: Float.self, on: .cpu)
            let optimizer = Adam(for: classifier, learningRate: 0.1)
            var noise = RandomStream(seed: 1)
            let batch = Batch(images: images, labels: Tensor([0, 1, 1] as [Int32]))
            try optimizer.update(minimizing: classifier.loss(batch, noise: &noise), on: .cpu)
            #expect((try model.encode(images).array(of: Float.self, on: .cpu) == before) == isFrozen)
            #expect(try classifier.logits(images).array(of: Float.self, on: .cpu) != logits)
        }
    }

    @Test("Codes and pictures have the shapes that they should")
    func shapes() {
        let model = Autoencoder(
            imageShape: [8, 4, 3], network: .convolutional(features: [4, 6], hidden: 10), latents: 5)
        let images = Tensor.zeros([2, 8, 4, 3])
        #expect(model.encode(images).shape == [2, 5])
        #expect(model.decode(.zeros([2, 5])).shape == [2, 8, 4, 3])
        #expect(model.squaredErrors(images).shape == [2])
    }
}
