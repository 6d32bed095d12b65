import GannetGraph

/// A generator and a discriminator that are trained against each other: Goodfellow et al., "Generative Adversarial
/// Nets" (arXiv:1406.2661).
public protocol AdversarialModel: Module {
    /// The part that makes pictures of noise.
    associatedtype Generator: Module
    /// The part that tells pictures of the data from those.
    associatedtype Discriminator: Module

    /// The part that makes pictures of noise.
    var generator: Generator { get }
    /// The part that tells pictures of the data from those.
    var discriminator: Discriminator { get }

    /// What the discriminator minimises: a scalar.
    func discriminatorLoss(_ batch: Batch, noise: inout RandomStream) -> Tensor

    /// What the generator minimises: a scalar, of as many pictures as the batch has.
    func generatorLoss(_ batch: Batch, noise: inout RandomStream) -> Tensor
}

/// Algorithm 1 of Goodfellow et al. (arXiv:1406.2661) with k = 1: in each step the discriminator makes an update, and
/// then the generator, each with noise of its own.
public final class AdversarialTraining<Model: AdversarialModel>: TrainingProcedure {
    /// What is trained.
    public let model: Model
    /// What updates the generator.
    public let generatorOptimizer: any Optimizer
    /// What updates the discriminator.
    public let discriminatorOptimizer: any Optimizer

    /// Creates a procedure; the optimizers are those made for the two parts of `model`.
    public init(
        of model: Model, generator: any Optimizer, discriminator: any Optimizer
    ) {
        self.model = model
        generatorOptimizer = generator
        discriminatorOptimizer = discriminator
    }

    public var optimizers: [(prefix: String, optimizer: any Optimizer)] {
        [("generator.", generatorOptimizer), ("discriminator.", discriminatorOptimizer)]
    }

    public var lossNames: [String] { ["generatorLoss", "discriminatorLoss"] }

    public func step(_ batch: Batch, noise: inout RandomStream) throws -> [Tensor] {
        let discriminatorLoss = try discriminatorOptimizer.update(drawingFrom: &noise) {
            RandomStream.withCurrent { noise in model.discriminatorLoss(batch, noise: &noise) }
        }
        let generatorLoss = try generatorOptimizer.update(drawingFrom: &noise) {
            RandomStream.withCurrent { noise in model.generatorLoss(batch, noise: &noise) }
        }
        return [generatorLoss, discriminatorLoss]
    }
}
