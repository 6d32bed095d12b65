import Gannet

/// What blocks of a denoiser are told of the time step: sines and cosines of it, and two layers after them; and of the class, where
/// there is one (Ho, Jain and Abbeel, arXiv:2006.11239, appendix B; Dhariwal and Nichol, arXiv:2105.05233, section 3).
struct TimeEmbedding: Module {
    private let waves: SinusoidalEmbedding
    private let first: Linear
    private let second: Linear
    /// A vector for each class; nil where classes do not matter.
    private let classes: Embedding?

    /// The features of the signal.
    var outputs: Int { second.outputs }
    /// How many classes there are; nil where they do not matter.
    var classCount: Int? { classes?.count }

    init(_ waves: SinusoidalEmbedding, outputs: Int, classes: Int? = nil, random: inout RandomStream) {
        self.waves = waves
        first = Linear(inputs: waves.features, outputs: outputs, random: &random)
        second = Linear(inputs: outputs, outputs: outputs, random: &random)
        self.classes = classes.map { Embedding(count: $0, features: outputs, random: &random) }
    }

    /// The signal for time steps and classes, both `int32` [batch]: [batch, ``outputs``].
    func callAsFunction(_ timesteps: Tensor, labels: Tensor?) -> Tensor {
        if (labels == nil) != (classes == nil) {
            invalidUse(
                "TimeEmbedding",
                classes == nil
                    ? "classes are given to a network that has none"
                    : "the network is one of \(classes!.count) classes, and is not told them")
        }
        let signal = second(first(waves(timesteps)).silu())
        return labels.map { signal + classes!($0) } ?? signal
    }
}
