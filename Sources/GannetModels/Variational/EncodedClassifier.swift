import Gannet

/// A classifier of what a trained encoder makes of pictures: a few labelled pictures are enough where many others have shown what pictures
/// are like (Hinton and Salakhutdinov 2006; Kingma et al., arXiv:1406.5298, model M1).
///
/// Layers of units, with a rectifier each, and a softmax follow the encoder, which goes on learning with them or stays as it is. With few
/// labels it is better kept: there is nothing to hold what it has learned of other pictures.
public struct EncodedClassifier: Classifier {
    public let classCount: Int
    /// The model whose encoder is used.
    public let source: any LatentModel
    private let hidden: [Linear]
    private let output: Linear

    /// Creates a classifier that starts from an encoder's weights.
    ///
    /// - Parameters:
    ///   - source: The model that has the encoder, which must not be told classes.
    ///   - classes: The number of classes.
    ///   - hidden: The units of the layers between the encoder and the softmax.
    ///   - isEncoderFrozen: Whether the encoder stays as it is; all parameters of `source` are then frozen.
    ///   - seed: What the initial weights of the layers behind the encoder follow from.
    public init(
        of source: any LatentModel, classes: Int = 10, hidden: [Int] = [256], isEncoderFrozen: Bool = false,
        seed: UInt64 = 0
    ) {
        if source.conditioningClassCount != nil {
            invalidUse(
                "EncodedClassifier", "the encoder is to be told the classes that it would be asked for")
        }
        if classes < 1 || hidden.contains(where: { $0 < 1 }) {
            invalidUse("EncodedClassifier", "\(classes) classes behind layers of \(hidden) units")
        }
        if isEncoderFrozen { source.freeze() }
        var random = RandomStream(seed: seed, for: .initialization)
        classCount = classes
        self.source = source
        let widths = [source.latents] + hidden
        self.hidden = zip(widths, hidden).map { Linear(inputs: $0, outputs: $1, random: &random) }
        output = Linear(inputs: widths.last!, outputs: classes, random: &random)
    }

    /// The shape of one picture.
    public var imageShape: Shape { source.imageShape }

    public func logits(_ images: Tensor) -> Tensor {
        output(hidden.reduce(source.encoded(images, labels: nil)) { $1($0).relu() })
    }
}
