// Activations: functions that stand between the layers of a network. All are right, as are their gradients, however
// far from 0 their operand lies.

extension Tensor {
    /// max(x, 0); NaN stays NaN. The gradient at 0 is 0.
    public func relu() -> Tensor { select(self .<= 0, 0, widened) }

    /// max(x, slope · x) for a slope in 0…1.
    public func leakyReLU(slope: Tensor = 0.2) -> Tensor { select(self .<= 0, slope * self, self) }

    /// x for x > 0, α (eˣ − 1) below (Clevert et al., arXiv:1511.07289).
    public func elu(alpha: Tensor = 1.0) -> Tensor { select(self .> 0, self, alpha * nonpositive.expm1()) }

    /// λ · elu(x) with λ and α for which layers keep mean 0 and variance 1 (Klambauer et al., arXiv:1706.02515).
    public func selu() -> Tensor { 1.0507009873554805 * elu(alpha: 1.6732632423543772) }

    /// 1 / (1 + e⁻ˣ), with full relative accuracy on both sides and no overflow.
    public func sigmoid() -> Tensor {
        let e = (-magnitude).exp()
        return select(self .< 0, e, 1) / (1 + e)
    }

    /// ln σ(x) = −ln(1 + e⁻ˣ), with no overflow.
    public func logSigmoid() -> Tensor { -(-self).softplus() }

    /// ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|), with no overflow.
    public func softplus() -> Tensor { select(self .< 0, 0, self) + (-magnitude).exp().log1p() }

    /// x · σ(x), also called swish.
    public func silu() -> Tensor { self * sigmoid() }

    /// x · Φ(x), Φ being the standard normal distribution (Hendrycks and Gimpel, arXiv:1606.08415).
    public func gelu(_ form: GELUForm = .exact) -> Tensor {
        switch form {
        case .exact: 0.5 * self * (1 + (self * 0.7071067811865476).erf())
        case .tanh: 0.5 * self * (1 + (0.7978845608028654 * (self + 0.044715 * self * squared())).tanh())
        }
    }

    /// x · tanh(ln(1 + eˣ)) (Misra, arXiv:1908.08681).
    public func mish() -> Tensor { self * softplus().tanh() }

    /// x limited to −1…1. The gradient at the limits is 0, as PyTorch's.
    public func hardTanh() -> Tensor { limited(above: -1, below: 1) }

    /// x/6 + ½ limited to 0…1, a sigmoid of straight lines.
    public func hardSigmoid() -> Tensor { limited(above: -3, below: 3) / 6 + 0.5 }

    /// x · hardSigmoid(x), a ``silu()`` of straight lines (Howard et al., arXiv:1905.02244).
    public func hardSwish() -> Tensor { self * hardSigmoid() }

    /// a · σ(b) of the two halves a, b along `axis` (Dauphin et al., arXiv:1612.08083).
    public func glu(axis: Int = -1, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        let halves = split(into: 2, axis: axis, file: file, line: line)
        return halves[0] * halves[1].sigmoid()
    }

    /// eˣ / Σ eˣ along `axis`, with no overflow.
    public func softmax(
        axis: Int = -1, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let axis = resolvedAxis(axis, rank: rank, operation: "softmax(axis:)", file: file, line: line)
        let e = (self - max(axes: [axis], keepsAxes: true).stoppingGradient()).exp()
        // A division for each sum, not for each element.
        return e * (1 / e.sum(axes: [axis], keepsAxes: true))
    }

    /// x − ln Σ eˣ along `axis`, with no overflow, and no digits lost where all x are large.
    public func logSoftmax(
        axis: Int = -1, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let axis = resolvedAxis(axis, rank: rank, operation: "logSoftmax(axis:)", file: file, line: line)
        let peak = max(axes: [axis], keepsAxes: true).stoppingGradient()
        let shifted = self - select(peak.isFinite(), peak, 0)
        return shifted - shifted.exp().sum(axes: [axis], keepsAxes: true).log()
    }

    /// |x| whose gradient at 0 is 1, so that what is built on it has the right derivative there.
    private var magnitude: Tensor { select(self .< 0, -self, self) }

    /// min(x, 0) whose gradient at 0 is 1.
    private var nonpositive: Tensor { select(self .> 0, 0, self) }

    /// x brought between two limits, at which the gradient is 0.
    private func limited(above least: Float, below greatest: Float) -> Tensor {
        let (least, greatest) = (Tensor.literal(least), Tensor.literal(greatest))
        return select(self .<= least, least, select(self .>= greatest, greatest, widened))
    }
}

/// How ``Tensor/gelu(_:)`` computes the normal distribution.
public enum GELUForm: Sendable, Hashable, CaseIterable {
    /// ½ (1 + erf(x / √2)), what PyTorch does unless told otherwise.
    case exact
    /// ½ (1 + tanh(√(2/π) (x + 0.044715 x³))), what GPT-2 was trained with.
    case tanh
}
