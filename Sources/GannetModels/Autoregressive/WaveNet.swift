import Gannet

/// WaveNet: van den Oord et al., "WaveNet: A Generative Model for Raw Audio" (arXiv:1609.03499).
///
/// Sound as numbers of 256 levels (``MuLaw``), each given all before it (equation 1) by a softmax. Causal convolutions of two
/// taps, 2ᵏ samples apart in layer k of a stack (section 2.1), have gated units (section 2.3, equation 2), a way around
/// them, and a share in the result (section 2.4, figure 4):
///
///     z = tanh(W_f ∗ x) ∘ σ(W_g ∗ x)      x′ = x + W_r z      s = Σ W_s z
///
/// A model of sounds of several classes is told the class h, which shifts the gates of all layers (global conditioning,
/// section 2.5):
///
///     z = tanh(W_f ∗ x + V_f h) ∘ σ(W_g ∗ x + V_g h)
///
/// Sound is [batch, samples] of levels, `int32`. What is given is the likelihood itself, not a bound.
public struct WaveNet: Module {
    /// A layer of gated units.
    struct Layer: Module {
        /// From x to the gates, taps apart by the layer's dilation.
        let gates: Conv2D
        /// What is added to x.
        let residual: Linear
        /// The share in the result.
        let skip: Linear

        /// The samples between the two taps.
        var dilation: Int { gates.geometry.width.dilation }
    }

    /// A vector for each level.
    let embedding: Embedding
    let layers: [Layer]
    private let hidden: Linear
    private let logits: Linear
    /// V, a row for each class, of [layers, 2 · features]; nil where classes do not matter.
    private let classes: Embedding?

    /// The features x of a sample.
    public var features: Int { embedding.features }

    /// How many classes sounds may be of; nil where that does not matter.
    public var classCount: Int? { classes?.count }

    /// The samples of a sound that is drawn where no other length is asked for.
    public let length: Int

    /// The number of samples, the present one not counted, that a distribution depends on.
    public var receptiveField: Int { 1 + layers.reduce(0) { $0 + $1.dilation } }

    /// Creates a model.
    ///
    /// - Parameters:
    ///   - stacks: How often dilations run from 1 up.
    ///   - layers: The layers of a stack; dilations are 1, 2, 4, … 2^(layers − 1).
    ///   - features: The features of a sample between the layers, and of the gated units.
    ///   - skipFeatures: The features of the sum that the result is made of.
    ///   - classes: How many classes sounds may be of, from 1 up; nil where that is not to matter.
    ///   - length: The samples of a sound that is drawn where no other length is asked for.
    ///   - seed: What the initial weights follow from.
    public init(
        stacks: Int = 4, layers: Int = 10, features: Int = 32, skipFeatures: Int = 256, classes: Int? = nil,
        length: Int = 16_000, seed: UInt64 = 0
    ) {
        if stacks < 1 || layers < 1 || layers > 20 || features < 1 || skipFeatures < 1 || classes ?? 1 < 1
            || length < 1
        {
            invalidUse(
                "WaveNet",
                "\(stacks) stacks of \(layers) layers with \(features) and \(skipFeatures) features"
                    + "\(classes.map { " for \($0) classes" } ?? "") make no model")
        }
        self.length = length
        var random = RandomStream(seed: seed, for: .initialization)
        embedding = Embedding(count: MuLaw.levels, features: features, random: &random)
        self.layers = (0..<stacks * layers).map { number in
            let dilation = 1 << (number % layers)
            return Layer(
                gates: Conv2D(
                    inputs: features, outputs: 2 * features, window: (1, 2),
                    ConvolutionGeometry(width: .init(dilation: dilation, padLow: dilation)), random: &random),
                residual: Linear(inputs: features, outputs: features, random: &random),
                skip: Linear(inputs: features, outputs: skipFeatures, random: &random))
        }
        hidden = Linear(inputs: skipFeatures, outputs: skipFeatures, random: &random)
        logits = Linear(inputs: skipFeatures, outputs: MuLaw.levels, random: &random)
        // V starts at 0, so that a class means nothing at first.
        self.classes = classes.map {
            Embedding(
                count: $0, features: stacks * layers * 2 * features, weights: .constant(0), random: &random)
        }
    }

    /// The logits of each sample's levels given those before it: [batch, samples, 256] for [batch, samples].
    ///
    /// - Parameters:
    ///   - levels: The sounds.
    ///   - labels: Their classes, `int32` [batch], of a model that is told them.
    public func logits(of levels: Tensor, labels: Tensor? = nil) -> Tensor {
        let (batch, count) = (levels.shape[0], levels.shape[1])
        let shifts = shifts(of: labels)
        // A sample's features are those of the one before it; before the first there is silence.
        var x = embedding(levels).slice(0..<count - 1, axis: 1).padded(low: [0, 1, 0], high: [0, 0, 0])
            .reshape([batch, 1, count, features])
        var sum: Tensor?
        for (number, layer) in layers.enumerated() {
            let gates = layer.gates(x)
            let z = gated(shifts.map { gates + $0[number].reshape([batch, 1, 1, 2 * features]) } ?? gates)
            let share = layer.skip(z)
            sum = sum.map { $0 + share } ?? share
            x = x + layer.residual(z)
        }
        return result(of: sum!).reshape([batch, count, MuLaw.levels])
    }

    /// −ln p(x) of each sound, or −ln p(x | class), [batch], in nats; see ``logits(of:labels:)``.
    public func negativeLogLikelihood(_ levels: Tensor, labels: Tensor? = nil) -> Tensor {
        crossEntropy(logits: logits(of: levels, labels: labels), labels: levels).sum(axes: [1])
    }

    /// What sounds' classes add to the gates of each layer, V h: [batch, 2 · features]; nil where nothing.
    func shifts(of labels: Tensor?) -> [Tensor]? {
        if (labels == nil) != (classes == nil) {
            invalidUse(
                "WaveNet",
                classes == nil
                    ? "classes are given to a model that has none"
                    : "the model is one of sounds of \(classes!.count) classes, and is not told them")
        }
        guard let classes, let labels else { return nil }
        let all = classes(labels).reshape([labels.shape[0], layers.count, 2 * features])
        return layers.indices.map { all.element($0, axis: 1) }
    }

    /// tanh of one half of the gates times σ of the other.
    func gated(_ sums: Tensor) -> Tensor {
        sums[.ellipsis, 0..<features].tanh() * sums[.ellipsis, features...].sigmoid()
    }

    func result(of sum: Tensor) -> Tensor { logits(hidden(sum.relu()).relu()) }
}

extension WaveNet: ExactLikelihoodModel {
    public var conditioningClassCount: Int? { classCount }
    /// Eight: each sample of a sound has 256 logits.
    public var evaluationBatchSize: Int { 8 }

    public func negativeLogLikelihoodBound(_ batch: Batch, noise: inout RandomStream) -> Tensor {
        negativeLogLikelihood(MuLaw.encoded(batch.sounds), labels: classCount == nil ? nil : batch.labels)
    }

    public func logLikelihood(_ sounds: Tensor) -> Tensor {
        let levels = MuLaw.encoded(sounds)
        guard let classCount else { return -negativeLogLikelihood(levels) }
        let each = (0..<classCount).map { label in
            let labels = Tensor([Int32](repeating: Int32(label), count: sounds.shape[0]))
            return -negativeLogLikelihood(levels, labels: labels)
        }
        return BayesClassifier.logEvidence(.stack(each, axis: 1))
    }

    /// Sounds of ``length`` samples, values in −1…1: [count, length].
    public func samples(_ count: Int, seed: UInt64) -> Tensor {
        samples(count, seed: seed, options: SoundOptions(length: length))
    }

    /// Sounds, values in −1…1: what ``levels(_:seed:options:)`` draws, decoded.
    public func samples(_ count: Int, seed: UInt64, options: SoundOptions) -> Tensor {
        MuLaw.decoded(levels(count, seed: seed, options: options))
    }
}
