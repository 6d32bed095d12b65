import Gannet

/// The generator of the measurements: 100-256-128-64-3, to images of 32×32 pixels.
struct DCGANGenerator: Module {
    private let layers: [ConvTranspose2D]
    private let norms: [BatchNorm]

    /// Creates the network.
    init(random: inout RandomStream) {
        let channels = [100, 256, 128, 64, 3]
        layers = (0..<4).map { index in
            ConvTranspose2D(
                inputs: channels[index], outputs: channels[index + 1], kernel: 4, stride: index == 0 ? 1 : 2,
                padding: index == 0 ? 0 : 1, bias: index == 3, random: &random)
        }
        norms = channels[1...3].map { BatchNorm(channels: $0) }
    }

    /// Images [B, 32, 32, 3] of latents [B, 1, 1, 100].
    func callAsFunction(_ latents: Tensor) -> Tensor {
        var h = latents
        for (layer, norm) in zip(layers, norms) { h = norm(layer(h)).relu() }
        return layers[3](h).tanh()
    }
}

/// The discriminator of the measurements: 3-64-128-256-1, with batch normalisation or, as a critic with a penalty on its slope, without.
struct DCGANDiscriminator: Module {
    private let layers: [Conv2D]
    private let norms: [BatchNorm]

    /// Creates the network.
    init(isNormalized: Bool = true, random: inout RandomStream) {
        let channels = [3, 64, 128, 256, 1]
        layers = (0..<4).map { index in
            Conv2D(
                inputs: channels[index], outputs: channels[index + 1], kernel: 4, stride: index == 3 ? 1 : 2,
                padding: index == 3 ? 0 : 1, bias: !isNormalized || index == 0 || index == 3,
                random: &random)
        }
        norms = isNormalized ? channels[2...3].map { BatchNorm(channels: $0) } : []
    }

    /// The logits [B, 1, 1, 1] of images [B, 32, 32, 3].
    func callAsFunction(_ images: Tensor) -> Tensor {
        var h = layers[0](images).leakyReLU()
        for index in 1...2 {
            h = layers[index](h)
            h = (norms.isEmpty ? h : norms[index - 1](h)).leakyReLU()
        }
        return layers[3](h)
    }
}

/// Multiplications and additions for one image: 4×4 taps at the pixels of the smaller image.
struct AdversarialCost {
    /// Those of the generator's first layer, and of all.
    let firstMade: Double, made: Double
    /// Those of the discriminator's.
    let firstJudged: Double, judged: Double

    init() {
        func layer(_ side: Int, _ inputs: Int, _ outputs: Int) -> Double {
            2 * Double(16 * side * side) * Double(inputs * outputs)
        }
        firstMade = layer(1, 100, 256)
        made = firstMade + layer(4, 256, 128) + layer(8, 128, 64) + layer(16, 64, 3)
        firstJudged = layer(16, 3, 64)
        judged = firstJudged + layer(8, 64, 128) + layer(4, 128, 256) + layer(1, 256, 1)
    }
}

extension Workload {
    /// A step of the discriminator, on as many true images as made ones, and a step of the generator.
    static func dcganStep(batch: Int, on device: Device) throws -> Workload {
        var random = RandomStream(seed: 2)
        let generator = DCGANGenerator(random: &random)
        let discriminator = DCGANDiscriminator(random: &random)
        let generatorOptimizer = Adam(for: generator, learningRate: 2e-4, beta1: 0.5)
        let discriminatorOptimizer = Adam(for: discriminator, learningRate: 2e-4, beta1: 0.5)
        let images = try (2 * random.uniform([batch, 32, 32, 3]) - 1).evaluated(on: device)
        // The discriminator's step needs no gradients of images, the generator's none of the filters that judge.
        let cost = AdversarialCost()
        let operations =
            cost.made + 2 * (3 * cost.judged - cost.firstJudged) + (3 * cost.made - cost.firstMade)
            + 2 * cost.judged
        let work = Work.step(
            operations: Double(batch) * operations,
            parameters: generator.parameters + discriminator.parameters, batch: images.count)
        func latents() -> Tensor { RandomStream.withCurrent { $0.normal([batch, 1, 1, 100]) } }
        return Workload("step dcgan", shape: "\(batch)", work: work) { device in
            func discriminatorLoss() -> Tensor {
                let made = generator(latents()).stoppingGradient()
                return (-discriminator(images)).softplus().mean() + discriminator(made).softplus().mean()
            }
            try discriminatorOptimizer.update(minimizing: discriminatorLoss(), on: device)
            try generatorOptimizer.update(
                minimizing: (-discriminator(generator(latents()))).softplus().mean(), on: device)
        }
    }
}
