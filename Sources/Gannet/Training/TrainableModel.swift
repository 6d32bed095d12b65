import GannetGraph

/// A model that is trained by minimising one loss.
public protocol TrainableModel: Module {
    /// What is minimised: a scalar, the mean over the examples of the batch.
    ///
    /// - Parameters:
    ///   - batch: Some examples.
    ///   - noise: Where the model's random numbers come from.
    func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor
}

/// A model whose first weights follow from data.
public protocol DataInitializedModel: Module {
    /// Takes these weights from some examples; done once, before the first step of a training run.
    ///
    /// - Parameters:
    ///   - batch: Some examples.
    ///   - noise: Where random numbers come from.
    ///   - device: What it is computed on.
    func initialize(from batch: Batch, noise: inout RandomStream, on device: Device) throws
}

/// A model of pictures of one shape.
public protocol ImageModel: Module {
    /// The shape of one picture: [height, width, channels].
    var imageShape: Shape { get }
}

/// A model that makes pictures or sounds.
public protocol GenerativeModel: Module {
    /// `count` examples that the model makes: pictures, [count, height, width, channels], values in 0…1, or sounds,
    /// [count, samples], values in −1…1.
    ///
    /// The first examples of a longer list with the same seed are the same.
    func samples(_ count: Int, seed: UInt64) -> Tensor
}

/// A model that can make pictures of the class that is asked for.
public protocol ConditionalModel: GenerativeModel, ImageModel {
    /// The number of classes, which are numbered from 0; nil where none can be asked for.
    var conditioningClassCount: Int? { get }

    /// A picture of each class in `labels`, [labels.count, height, width, channels], values in 0…1.
    ///
    /// The first pictures of a longer list with the same seed are the same.
    func samples(of labels: [Int], seed: UInt64) -> Tensor
}

/// A generative model that can say how well it knows examples, and is trained to know them better.
public protocol LikelihoodModel: GenerativeModel, TrainableModel, EvaluableModel {
    /// How many classes examples may be of, where the likelihood is that of examples of a known class; nil where classes do
    /// not matter.
    var conditioningClassCount: Int? { get }

    /// How many examples are evaluated at once unless somebody says otherwise: as many as fit in memory well.
    var evaluationBatchSize: Int { get }

    /// A bound from above on −ln p(x) of each example of a batch, in nats, summed over its pixels or samples: [batch].
    func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor
}

extension LikelihoodModel {
    public var conditioningClassCount: Int? { nil }
    /// 500.
    public var evaluationBatchSize: Int { 500 }

    /// The mean over the batch of ``negativeLogLikelihoodBound(_:noise:)``.
    public func loss(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        negativeLogLikelihoodBound(batch, noise: &noise).mean()
    }
}
