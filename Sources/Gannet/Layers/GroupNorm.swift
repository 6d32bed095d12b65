import GannetGraph

/// `y = (x − μ) / √(σ² + ε) · γ + β` over groups of channels of each example: Wu and He, "Group Normalization"
/// (arXiv:1803.08494), equations 1 to 5.
///
/// - `x` and `y` are [batch, …, channels]; ``scale`` γ and ``offset`` β are [channels], and start as 1 and 0.
///
/// μ and σ² (the biased variance) are those of one example's values in one group of neighbouring channels, over all
/// axes between. One group is layer normalisation over all but the batch; as many groups as channels, instance
/// normalisation. ε is 10⁻⁵, as in PyTorch.
public struct GroupNorm: LocatedLayer {
    /// γ, of shape [channels].
    public let scale: Parameter
    /// β, of shape [channels].
    public let offset: Parameter
    /// The number of groups, a divisor of the number of channels.
    public let groups: Int
    /// What keeps the quotient finite, ε.
    public let epsilon: Float

    /// The number of channels.
    public var channels: Int { scale.shape[0] }

    /// Creates a layer; nothing in it is random.
    public init(groups: Int, channels: Int, epsilon: Float = 1e-5) {
        if channels < 1 || groups < 1 || !channels.isMultiple(of: groups) {
            invalidUse("GroupNorm", "\(channels) channels are not \(groups) groups of the same size")
        }
        scale = Parameter(Tensor([Float](repeating: 1, count: channels)))
        offset = Parameter(Tensor([Float](repeating: 0, count: channels)))
        self.groups = groups
        self.epsilon = epsilon
    }

    /// `x` normalised.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        if x.rank < 2 || x.shape[-1] != channels {
            invalidUse("GroupNorm", "\(x.shape) does not end in \(channels) channels", file: file, line: line)
        }
        let size = channels / groups
        let places = x.shape.extents[1..<x.rank - 1].reduce(1, *)
        let grouped = x.reshape([x.shape[0], places, groups, size])
        let centred = grouped - grouped.mean(axes: [1, 3], keepsAxes: true)
        let variance = centred.squared().mean(axes: [1, 3], keepsAxes: true)
        let deviation = (variance + .literal(epsilon)).sqrt()
        let y = centred * (scale.value.reshape(groups, size) / deviation)
        return traced(x, (y + offset.value.reshape(groups, size)).reshape(x.shape))
    }
}
