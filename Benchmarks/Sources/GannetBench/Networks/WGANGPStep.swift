import Gannet

extension Workload {
    /// Five steps of a critic with a penalty on its slope, each on as many true images as made ones, and a step of the generator: Gulrajani et
    /// al., arXiv:1704.00028, algorithm 1.
    static func wganGPStep(batch: Int, on device: Device) throws -> Workload {
        var random = RandomStream(seed: 2)
        let generator = DCGANGenerator(random: &random)
        let critic = DCGANDiscriminator(isNormalized: false, random: &random)
        let generatorOptimizer = Adam(for: generator, learningRate: 1e-4, beta1: 0.5, beta2: 0.9)
        let criticOptimizer = Adam(for: critic, learningRate: 1e-4, beta1: 0.5, beta2: 0.9)
        let images = try (2 * random.uniform([batch, 32, 32, 3]) - 1).evaluated(on: device)
        let (loss, penalty) = (AdversarialLoss.wasserstein, CriticPenalty.gradient(weight: 10))
        // The slope between both takes a pass and its gradient by the image, and its own gradient by the filters one of each again.
        let cost = AdversarialCost()
        let update = cost.made + 2 * (3 * cost.judged - cost.firstJudged) + 4 * cost.judged
        let operations = 5 * update + (3 * cost.made - cost.firstMade) + 2 * cost.judged
        let work = Work.step(
            operations: Double(batch) * operations, parameters: generator.parameters + critic.parameters,
            batch: images.count)
        func made() -> Tensor {
            generator(RandomStream.withCurrent { $0.normal([batch, 1, 1, 100]) })
        }
        return Workload("step wgan-gp", shape: "\(batch)", work: work) { device in
            func criticLoss() -> Tensor {
                let made = made().stoppingGradient()
                return loss.discriminator(real: critic(images), made: critic(made))
                    + RandomStream.withCurrent {
                        penalty.value(of: { critic($0) }, real: images, made: made, noise: &$0)
                    }
            }
            for _ in 0..<5 { try criticOptimizer.update(minimizing: criticLoss(), on: device) }
            try generatorOptimizer.update(minimizing: loss.generator(made: critic(made())), on: device)
        }
    }
}
