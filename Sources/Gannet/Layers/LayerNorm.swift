import GannetGraph

/// `y = (x − μ) / √(σ² + ε) · γ + β` over the last axis: Ba, Kiros and Hinton, "Layer Normalization" (arXiv:1607.06450),
/// equation 4.
///
/// - `x` and `y` are […, features]; ``scale`` γ and ``offset`` β are [features], start as 1 and 0, and are absent where
///   the layer is made without.
///
/// μ and σ² (the biased variance) are those of the features at one place. ε is 10⁻⁵, as in PyTorch.
public struct LayerNorm: LocatedLayer {
    /// γ, of shape [features].
    public let scale: Parameter?
    /// β, of shape [features].
    public let offset: Parameter?
    /// The number of features.
    public let features: Int
    /// What keeps the quotient finite, ε.
    public let epsilon: Float

    /// Creates a layer; nothing in it is random.
    public init(features: Int, isAffine: Bool = true, epsilon: Float = 1e-5) {
        if features < 1 { invalidUse("LayerNorm", "\(features) features make no layer") }
        scale = isAffine ? Parameter(Tensor([Float](repeating: 1, count: features))) : nil
        offset = isAffine ? Parameter(Tensor([Float](repeating: 0, count: features))) : nil
        self.features = features
        self.epsilon = epsilon
    }

    /// `x` normalised.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        if x.rank < 1 || x.shape[-1] != features {
            invalidUse("LayerNorm", "\(x.shape) does not end in \(features) features", file: file, line: line)
        }
        return traced(x, x.normalized(axes: [x.rank - 1], epsilon: epsilon, scale: scale, offset: offset))
    }
}

extension Tensor {
    /// (x − μ) / √(σ² + ε) · γ + β, with mean and biased variance over `axes`; γ and β belong to the last axis.
    func normalized(axes: [Int], epsilon: Float, scale: Parameter?, offset: Parameter?) -> Tensor {
        let centred = self - mean(axes: axes, keepsAxes: true)
        let variance = centred.squared().mean(axes: axes, keepsAxes: true)
        var y = centred / (variance + .literal(epsilon)).sqrt()
        if let scale { y = y * scale.value }
        if let offset { y = y + offset.value }
        return y
    }
}
