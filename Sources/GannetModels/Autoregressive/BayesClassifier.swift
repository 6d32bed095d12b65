import Gannet

/// A model of the pictures of each class as a classifier, by Bayes' rule with classes that are equally likely:
///
///     p(class | x) = p(x | class) / Σ p(x | class′)
///
/// It also says how likely a picture is at all, p(x) = Σ p(x | class) / classes, and so which it was not made for.
public struct BayesClassifier: Sendable {
    /// What knows how likely pictures are, given their class.
    public let model: ConditionalGatedPixelCNN

    /// Makes a classifier of a model.
    public init(_ model: ConditionalGatedPixelCNN) { self.model = model }

    /// ln p(x | class) of each picture for each class, [batch, classes], in nats.
    public func logLikelihoods(_ images: Tensor) -> Tensor {
        let (batch, classes) = (images.shape[0], model.classCount)
        let pairs = Shape([batch, classes] + images.shape.extents.dropFirst())
        let repeated = images.insertingAxis(at: 1).broadcast(to: pairs)
            .reshape(Shape([batch * classes] + images.shape.extents.dropFirst()))
        let labels = Tensor.index(along: 1, of: [batch, classes]).reshape([batch * classes])
        return -model.negativeLogLikelihood(repeated, labels: labels).reshape([batch, classes])
    }

    /// ln p(x) of each picture, [batch], of what ``logLikelihoods(_:)`` gives.
    public static func logEvidence(_ logLikelihoods: Tensor) -> Tensor {
        logLikelihoods.logSumExp() - .literal(Float(logLikelihoods.shape[-1])).log()
    }
}
