import GannetGraph

/// `y = (x − μ) / √(σ² + ε) · γ + β` over the pixels of each channel of each example: Ulyanov, Vedaldi and Lempitsky,
/// "Instance Normalization" (arXiv:1607.08022), equation 3.
///
/// - `x` and `y` are [batch, …, channels]; ``scale`` γ and ``offset`` β are [channels], start as 1 and 0, and are absent
///   unless the layer is made with them.
///
/// μ and σ² (the biased variance) are those of one channel of one example, in training and in evaluation. ε is 10⁻⁵; both
/// as in PyTorch.
public struct InstanceNorm: LocatedLayer {
    /// γ, of shape [channels].
    public let scale: Parameter?
    /// β, of shape [channels].
    public let offset: Parameter?
    /// The number of channels.
    public let channels: Int
    /// What keeps the quotient finite, ε.
    public let epsilon: Float

    /// Creates a layer; nothing in it is random.
    public init(channels: Int, isAffine: Bool = false, epsilon: Float = 1e-5) {
        if channels < 1 { invalidUse("InstanceNorm", "\(channels) channels make no layer") }
        scale = isAffine ? Parameter(Tensor([Float](repeating: 1, count: channels))) : nil
        offset = isAffine ? Parameter(Tensor([Float](repeating: 0, count: channels))) : nil
        self.channels = channels
        self.epsilon = epsilon
    }

    /// `x` normalised.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        if x.rank < 3 || x.shape[-1] != channels {
            invalidUse(
                "InstanceNorm", "\(x.shape) is not [batch, …, \(channels)] with an axis between", file: file,
                line: line)
        }
        let y = x.normalized(
            axes: Array(1..<x.rank - 1), epsilon: epsilon, scale: scale, offset: offset)
        return traced(x, y)
    }
}
