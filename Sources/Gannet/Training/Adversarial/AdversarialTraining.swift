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

    /// What tells by the two losses, `generatorLoss` and `discriminatorLoss`, that a training goes wrong; by default nothing does.
    var alarms: [TrainingAlarm] { get }
}

extension AdversarialModel {
    /// None.
    public var alarms: [TrainingAlarm] { [] }
}

/// An adversarial model whose two losses can be taken of the same made pictures, so that one run of the generator
/// serves both.
public protocol ImageSharingModel: AdversarialModel {
    /// Pictures that the generator makes, as many as the batch has, in the form that the discriminator takes.
    func madeImages(for batch: Batch, noise: inout RandomStream) -> Tensor

    /// What the discriminator minimises: a scalar.
    func discriminatorLoss(_ batch: Batch, against madeImages: Tensor, noise: inout RandomStream) -> Tensor

    /// What the generator minimises: a scalar.
    func generatorLoss(of madeImages: Tensor, _ batch: Batch, noise: inout RandomStream) -> Tensor
}

extension ImageSharingModel {
    public func discriminatorLoss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        discriminatorLoss(batch, against: madeImages(for: batch, noise: &noise), noise: &noise)
    }

    public func generatorLoss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        generatorLoss(of: madeImages(for: batch, noise: &noise), batch, noise: &noise)
    }
}

/// How an adversarial training makes the two updates of a step.
public enum AdversarialSchedule: Sendable, Hashable {
    /// Algorithm 1 of Goodfellow et al. (arXiv:1406.2661): the discriminator makes its updates, and then the generator one
    /// against the new discriminator, each with noise of its own.
    case alternating
    /// The generator makes an update, and then the discriminator with the pictures that the generator made in its own,
    /// which are not computed again. Only for an ``ImageSharingModel``, and with one update of the discriminator.
    case sharingImages
}

/// The training of two networks against each other: in each step the discriminator makes k updates and the generator one, by an optimizer of
/// its own each.
///
/// Of the batch of a step each of the k updates has its own part, so that a batch is to have k times as many examples as an update is to
/// see. Where k does not divide it, the rest is left out; where it has less than k, each update sees all.
public final class AdversarialTraining<Model: AdversarialModel>: TrainingProcedure {
    /// What is trained.
    public let model: Model
    /// What updates the generator.
    public let generatorOptimizer: any Optimizer
    /// What updates the discriminator.
    public let discriminatorOptimizer: any Optimizer
    /// How the updates of a step are made.
    public let schedule: AdversarialSchedule
    /// k, the discriminator's updates in a step.
    public let discriminatorSteps: Int

    /// Creates a procedure; the optimizers are those made for the two parts of `model`.
    public init(
        of model: Model, generator: any Optimizer, discriminator: any Optimizer,
        schedule: AdversarialSchedule = .alternating, discriminatorSteps: Int = 1,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        if discriminatorSteps < 1 || schedule == .sharingImages && discriminatorSteps > 1 {
            invalidUse(
                "AdversarialTraining",
                "\(discriminatorSteps) updates of the discriminator in a step"
                    + (schedule == .sharingImages ? " that share images" : ""), file: file, line: line)
        }
        if schedule == .sharingImages, !(model is any ImageSharingModel) {
            invalidUse(
                "AdversarialTraining", "\(Model.self) is no ImageSharingModel, and cannot share images",
                file: file, line: line)
        }
        self.model = model
        self.schedule = schedule
        self.discriminatorSteps = discriminatorSteps
        generatorOptimizer = generator
        discriminatorOptimizer = discriminator
    }

    public var optimizers: [(prefix: String, optimizer: any Optimizer, updatesPerStep: Int)] {
        [
            ("generator.", generatorOptimizer, 1),
            ("discriminator.", discriminatorOptimizer, discriminatorSteps),
        ]
    }

    public var lossNames: [String] { ["generatorLoss", "discriminatorLoss"] }
    public var alarms: [TrainingAlarm] { model.alarms }

    /// The losses are those of the generator's update and of the discriminator's last.
    public func step(_ batch: Batch, noise: inout RandomStream) throws -> [Tensor] {
        if schedule == .sharingImages, let model = model as? any ImageSharingModel {
            return try sharingStep(model, batch, noise: &noise)
        }
        var discriminatorLoss: Tensor!
        let parts = try batch.parts(discriminatorSteps)
        for part in parts {
            discriminatorLoss = try discriminatorOptimizer.update(drawingFrom: &noise) {
                RandomStream.withCurrent { noise in model.discriminatorLoss(part, noise: &noise) }
            }
        }
        let generatorLoss = try generatorOptimizer.update(drawingFrom: &noise) {
            RandomStream.withCurrent { noise in model.generatorLoss(parts[0], noise: &noise) }
        }
        return [generatorLoss, discriminatorLoss]
    }

    private func sharingStep(
        _ model: some ImageSharingModel, _ batch: Batch, noise: inout RandomStream
    ) throws -> [Tensor] {
        let (generatorLoss, made) = try generatorOptimizer.update(
            drawingFrom: &noise,
            keeping: {
                RandomStream.withCurrent { noise in
                    let images = model.madeImages(for: batch, noise: &noise)
                    return (model.generatorLoss(of: images, batch, noise: &noise), [images])
                }
            })
        let discriminatorLoss = try discriminatorOptimizer.update(drawingFrom: &noise) {
            RandomStream.withCurrent { noise in
                model.discriminatorLoss(batch, against: made[0], noise: &noise)
            }
        }
        return [generatorLoss, discriminatorLoss]
    }
}
