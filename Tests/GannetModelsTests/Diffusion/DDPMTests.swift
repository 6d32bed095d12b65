import Gannet
import GannetModels
import GannetTestSupport
import Testing

@Suite("DDPM")
struct DDPMTests {
    private static let diffusion = GaussianDiffusion(.linear(timesteps: 20))

    private let model = DDPM(
        imageShape: [8, 4, 1], network: UNet.Configuration(channels: 1, features: [8, 16]),
        diffusion: diffusion, seed: 2)

    /// A model of three classes with weights other than at first.
    private static func conditional(
        variance: ReverseVariance = .fixedSmall, classes: Int? = 3, labelDropout: Float = 0.1,
        isFresh: Bool = false, seed: UInt64 = 4
    ) throws -> DDPM {
        var model = DDPM(
            imageShape: [4, 4, 1], network: UNet.Configuration(channels: 1, features: [16]),
            diffusion: GaussianDiffusion(.linear(timesteps: 20), variance: variance),
            objective: variance == .learned ? .hybrid(weight: 0.001) : .simple, classes: classes,
            labelDropout: labelDropout, seed: 2)
        model.sampler = DiffusionSampler(.ddim(eta: 0), of: model.diffusion, steps: 3)
        if isFresh { return model }
        var random = RandomStream(seed: seed)
        for (_, parameter) in model.parameters where parameter.isTrainable {
            parameter.assign(try (random.normal(parameter.shape) * 0.2).evaluated(on: .cpu))
        }
        return model
    }

    @Test("Network and samples have the shape of the pictures")
    func shapes() {
        #expect(model.network(.zeros([3, 8, 4, 1]), Tensor([0, 7, 19] as [Int32])).shape == [3, 8, 4, 1])
        #expect(model.samples(3, seed: 0).shape == [3, 8, 4, 1])
        #expect(model.sampler.timesteps.count == 20)
    }

    @Test("A network that predicts nothing has the squared noise as its error", arguments: TestDevices.all)
    func untrained(device: Device) throws {
        for (path, parameter) in model.parameters where path == "network.last.bias" {
            parameter.assign(Tensor([0] as [Float]))
        }
        var noise = RandomStream(seed: 4)
        let key = noise.nextKey()
        let error = model.diffusion.losses(
            .simple, of: Tensor.full(Float(0.5), shape: [2, 8, 4, 1]), at: Tensor([3, 11] as [Int32]),
            key: key
        ) { model.denoise($0, $1) }
        let expected = RandomStream.normal([2, 8, 4, 1], key: key).squared().mean(axes: [1, 2, 3])
        let (values, right) = (
            try error.array(of: Float.self, on: device), try expected.array(of: Float.self, on: device)
        )
        for (value, right) in zip(values, right) { #expect(abs(value - right) < 1e-6) }
    }

    @Test(
        "The prediction depends on the time step, and on that of its own picture", arguments: TestDevices.all)
    func timesteps(device: Device) throws {
        var random = RandomStream(seed: 9)
        // The last convolutions of blocks, and of the network, start from zeros.
        for (_, parameter) in model.parameters {
            parameter.assign(try (random.normal(parameter.shape) * 0.2).evaluated(on: .cpu))
        }
        let x = random.normal([1, 8, 4, 1]).broadcast(to: [3, 8, 4, 1])
        let y = try model.network(x, Tensor([4, 12, 4] as [Int32])).array(of: Float.self, on: device)
        let (first, second, third) = (y[0..<32], y[32..<64], y[64..<96])
        #expect(first == third)
        #expect(zip(first, second).contains { abs($0 - $1) > 1e-4 })
    }

    @Test("The first pictures of a longer list are the same", arguments: TestDevices.all)
    func prefix(device: Device) throws {
        var model = model
        for kind in [DiffusionSampler.Kind.ddpm, .ddim(eta: 0), .dpmSolver] {
            model.sampler = DiffusionSampler(kind, of: model.diffusion, steps: 5)
            let long = try model.samples(3, seed: 1).array(of: Float.self, on: device)
            let short = try model.samples(2, seed: 1).array(of: Float.self, on: device)
            #expect(zip(long, short).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test(
        "Guidance goes from what any picture would be to what one of the class is, and beyond",
        arguments: TestDevices.all)
    func guidance(device: Device) throws {
        for variance in [ReverseVariance.fixedSmall, .learned] {
            var model = try Self.conditional(variance: variance)
            model.sampler = DiffusionSampler(.ddim(eta: 0), of: model.diffusion, steps: 1, clip: nil)
            func values(_ weight: Float, _ labels: [Int]) throws -> [Float] {
                model.guidance = weight
                return try model.samples(of: labels, seed: 1).array(of: Float.self, on: device)
            }
            let (plain, none, double) = (
                try values(0, [2, 0]), try values(-1, [2, 0]), try values(1, [2, 0])
            )
            let other = try values(0, [1, 0])
            #expect(plain != none && plain != other)
            // What is left without a class depends on none.
            #expect(try none == values(-1, [0, 1]))
            // One step is linear in the weight, but for values that are clipped to 0…1.
            for place in plain.indices where (0.01...0.99).contains(double[place]) {
                #expect(abs(double[place] - (2 * plain[place] - none[place])) < 1e-4)
            }
        }
    }

    @Test(
        "A weaker network is left behind: from its pictures to the model's own, and beyond",
        arguments: TestDevices.all)
    func weakerNetwork(device: Device) throws {
        for (variance, labels) in [(ReverseVariance.learned, [2, 0]), (.fixedLarge, nil)] {
            func model(seed: UInt64) throws -> DDPM {
                var model = try Self.conditional(
                    variance: variance, classes: labels == nil ? nil : 3, seed: seed)
                model.sampler = DiffusionSampler(.ddim(eta: 0), of: model.diffusion, steps: 1, clip: nil)
                return model
            }
            func values(_ model: DDPM, _ weight: Float, weaker: DDPM?) throws -> [Float] {
                var model = model
                (model.guidance, model.weakerNetwork) = (weight, weaker?.network)
                let images = labels.map { model.samples(of: $0, seed: 1) } ?? model.samples(2, seed: 1)
                return try images.array(of: Float.self, on: device)
            }
            let (own, other) = (try model(seed: 1), try model(seed: 2))
            let (plain, weak) = (try values(own, 0, weaker: other), try values(other, 0, weaker: nil))
            #expect(plain != weak)
            #expect(try zip(values(own, -1, weaker: other), weak).allSatisfy { abs($0 - $1) < 1e-5 })
            #expect(try zip(values(own, 3, weaker: own), plain).allSatisfy { abs($0 - $1) < 1e-5 })
            let double = try values(own, 1, weaker: other)
            for place in plain.indices where (0.01...0.99).contains(double[place]) {
                #expect(abs(double[place] - (2 * plain[place] - weak[place])) < 1e-4)
            }
        }
    }

    @Test("A weaker network of other classes is refused in words")
    func weakerNetworkOfOtherClasses() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var model = try Self.conditional()
            (model.guidance, model.weakerNetwork) = (1, try Self.conditional(classes: 5).network)
            _ = model.samples(of: [0], seed: 1)
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("a weaker network of 6 classes"), "\(message)")
    }

    @Test("Classes are told in training, and sometimes left out")
    func classes() throws {
        let images = Tensor.full(Float(0.3), shape: [32, 4, 4, 1])
        func loss(_ labels: [Int32], dropout: Float, seed: UInt64 = 1) throws -> Float {
            var noise = RandomStream(seed: seed)
            return try Self.conditional(labelDropout: dropout)
                .loss(Batch(images: images, labels: Tensor(labels)), noise: &noise).scalar(on: .cpu)
        }
        let (first, second) = ([Int32](repeating: 0, count: 32), [Int32](repeating: 1, count: 32))
        #expect(try loss(first, dropout: 0) != loss(second, dropout: 0))
        // With all left out none matters.
        #expect(try loss(first, dropout: 1) == loss(second, dropout: 1))
        #expect(try loss(first, dropout: 0.3) != loss(second, dropout: 0.3))
    }

    @Test("The bound is the mean over pictures of a spread of time steps", arguments: TestDevices.all)
    func bound(device: Device) throws {
        let model = try Self.conditional(variance: .learned)
        let images = Tensor.full(Float(0.3), shape: [20, 4, 4, 1])
        let labels = Tensor([Int32](repeating: 1, count: 20))
        var noise = RandomStream(seed: 3)
        let bounds = try model.negativeLogLikelihoodBound(
            Batch(images: images, labels: labels), noise: &noise
        )
        .array(of: Float.self, on: device)
        // Twenty pictures for twenty time steps: each is there once, with the same noise as here.
        var again = RandomStream(seed: 3)
        _ = again.uniform([1])
        let all = Tensor((0..<20).map { Int32($0) })
        let terms = model.diffusion.term(of: images * 2 - 1, at: all, key: again.nextKey(), clip: 1) {
            model.denoise($0, $1, labels: labels)
        }
        let prior = model.diffusion.priorTerm(of: images * 2 - 1)
        let right = try (20 * terms + prior).array(of: Float.self, on: device)
        for (value, right) in zip(bounds, right) { #expect(abs(value - right) <= 1e-4 * abs(right)) }
    }

    @Test("A data set is judged by all time steps alike")
    func evaluation() throws {
        let data = Bars(count: 12, side: 8)
        let model = DDPM(
            imageShape: [8, 8, 1], network: UNet.Configuration(channels: 1, features: [8, 16]),
            diffusion: Self.diffusion, seed: 2)
        let bound = try model.bound(over: data, on: .cpu)
        #expect(bound.terms.count == 20)
        let figure = try model.evaluation(over: data, on: .cpu)
        #expect(figure == bound.nats([8, 8, 1]))
        #expect(
            abs(figure - (bound.prior + bound.terms.reduce(0, +)) * 64 * 0.693_147_180_559_945_3) < 1e-9
                * figure)
    }

    @Test("Variations keep more of a picture the weaker they are", arguments: TestDevices.all)
    func variations(device: Device) throws {
        var model = model
        model.sampler = DiffusionSampler(.ddim(eta: 0), of: model.diffusion)
        let images = Tensor.index(along: 1, of: [2, 8, 4, 1]).cast(to: .float32) / 7
        func distance(_ strength: Double) throws -> Float {
            try (model.variations(of: images, strength: strength, seed: 5) - images).squared().mean().scalar(
                on: device)
        }
        let distances = try [0.01, 0.4, 1].map(distance)
        #expect(
            distances[0] < 1e-3 && distances[0] < distances[1] && distances[1] < distances[2], "\(distances)")
        // A tenth of the way needs a tenth of the steps.
        #expect(model.sampler.begun(at: 1).timesteps == [1, 0])
    }

    @Test("An interpolation ends with versions of its pictures", arguments: TestDevices.all)
    func interpolation(device: Device) throws {
        var model = model
        model.sampler = DiffusionSampler(.ddim(eta: 0), of: model.diffusion)
        let (first, last) = (
            Tensor.full(Float(0.2), shape: [8, 4, 1]), Tensor.full(Float(0.9), shape: [8, 4, 1])
        )
        let between = model.interpolation(from: first, to: last, count: 3, strength: 0.01, seed: 5)
        #expect(between.shape == [3, 8, 4, 1])
        let means = try between.mean(axes: [1, 2, 3]).array(of: Float.self, on: device)
        for (mean, right) in zip(means, [0.2, 0.55, 0.9] as [Float]) { #expect(abs(mean - right) < 0.02) }
    }

    @Test("Completions keep what is given, and a path ends with the samples", arguments: TestDevices.all)
    func completions(device: Device) throws {
        let model = try Self.conditional()
        let given = Tensor.full(Float(0.7), shape: [3, 4, 4, 1])
        let drawn = try model.completions(of: GivenPixels(given, rows: 2, labels: [0, 1, 2]), seed: 1)
            .array(of: Float.self, on: device)
        for picture in 0..<3 {
            let pixels = drawn[picture * 16..<(picture + 1) * 16]
            #expect(pixels.prefix(8).allSatisfy { abs($0 - 0.7) < 1e-5 })
            #expect(pixels.suffix(8).contains { abs($0 - 0.7) > 0.05 })
        }
        let path = try model.path(4, seed: 2).array(of: Float.self, on: device)
        #expect(path.count == (3 + 1) * 4 * 16)
        #expect(try Array(path.suffix(64)) == model.samples(4, seed: 2).array(of: Float.self, on: device))
    }
}

/// Time steps that are drawn as often as their losses are large.
@Suite struct TimestepImportanceTests {
    /// A model of no pictures: each time step has a loss of its own, and training goes on recording it.
    private struct Losses: Module {
        let importance = TimestepImportance(timesteps: 8)
        let weight = Parameter(Tensor([1] as [Float]))
    }

    @Test(
        "Probabilities come to be those of the losses, and the weighted mean is that of all",
        arguments: TestDevices.all)
    func probabilities(device: Device) throws {
        let model = Losses()
        let optimizer = SGD(for: model, learningRate: 0)
        let each = Tensor([1, 2, 3, 4, 5, 6, 7, 8] as [Float])
        func probabilities() throws -> [Float] {
            try model.importance.probabilities.array(of: Float.self, on: device)
        }
        #expect(try probabilities().allSatisfy { $0 == 0.125 })
        var noise = RandomStream(seed: 1)
        var estimates: [Float] = []
        for _ in 0..<12 {
            let (timesteps, weights) = model.importance.drawn(64, noise: &noise)
            let losses = each.gathered(at: timesteps)
            estimates.append(try (losses * weights).mean().scalar(on: device))
            func loss() -> Tensor {
                model.importance.record(losses, at: timesteps)
                return (losses * model.weight.value).sum()
            }
            try optimizer.update(minimizing: loss(), on: device)
        }
        // Once all are known the weighted mean hardly varies: losses and probabilities are proportional, but for a thousandth.
        for (value, right) in zip(try probabilities(), 1...8) {
            #expect(abs(value - (0.999 * Float(right) / 36 + 0.001 / 8)) < 1e-5)
        }
        #expect(abs(estimates.last! - 4.5) < 0.02)
    }
}
