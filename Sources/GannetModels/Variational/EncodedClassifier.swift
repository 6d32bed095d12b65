import Gannet

/// A classifier of what a trained encoder makes of pictures, which goes on learning with the rest: a few labelled pictures are enough where
/// many others have shown what pictures are like (Hinton and Salakhutdinov 2006; Kingma et al., arXiv:1406.5298, model M1).
public struct EncodedClassifier: Classifier {
    public let classCount: Int
    /// The model whose encoder is used.
    public let source: any LatentModel
    private let output: Linear

    /// Creates a classifier that starts from an encoder's weights; the encoder must not be told classes.
    public init(of source: any LatentModel, classes: Int = 10, seed: UInt64 = 0) {
        if source.conditioningClassCount != nil {
            invalidUse(
                "EncodedClassifier", "the encoder is to be told the classes that it would be asked for")
        }
        var random = RandomStream(seed: seed, for: .initialization)
        classCount = classes
        self.source = source
        output = Linear(inputs: source.latents, outputs: classes, random: &random)
    }

    /// The shape of one picture.
    public var imageShape: Shape { source.imageShape }

    public func logits(_ images: Tensor) -> Tensor { output(source.encoded(images, labels: nil)) }
}
