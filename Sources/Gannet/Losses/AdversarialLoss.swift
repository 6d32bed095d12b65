import GannetGraph

/// What a generator G and a discriminator D minimise against each other, by the scores that D gives pictures x of the data and pictures
/// G(z). All losses are means.
public enum AdversarialLoss: String, Sendable, Hashable, CaseIterable {
    /// Goodfellow et al., arXiv:1406.2661, equation 1; scores are logits:
    ///
    ///     D: −ln σ(D(x)) − ln (1 − σ(D(G(z))))      G: ln (1 − σ(D(G(z))))
    ///
    /// G's gradient vanishes where D is sure that G's pictures are made.
    case minimax
    /// The same for D, with the loss of G of section 3 of that paper, −ln σ(D(G(z))), whose gradient is strong there.
    case nonSaturating = "non-saturating"
    /// Mao et al., arXiv:1611.04076, equation 2 with a = 0 and b = c = 1:
    ///
    ///     D: ½ (D(x) − 1)² + ½ D(G(z))²      G: ½ (D(G(z)) − 1)²
    case leastSquares = "least-squares"
    /// Lim and Ye, arXiv:1705.02894, equation 3:
    ///
    ///     D: max(0, 1 − D(x)) + max(0, 1 + D(G(z)))      G: −D(G(z))
    case hinge
    /// Arjovsky, Chintala and Bottou, arXiv:1701.07875, equation 3 and algorithm 1:
    ///
    ///     D: D(G(z)) − D(x)      G: −D(G(z))
    ///
    /// D, the critic, must be held smooth: by ``UpdateOptions/weightBound``, or by ``CriticPenalty``.
    case wasserstein

    /// Whether D has targets, which can be smoothed and flipped: what is real has the target 1, and what is made 0.
    public var hasTargets: Bool {
        switch self {
        case .minimax, .nonSaturating, .leastSquares: true
        case .hinge, .wasserstein: false
        }
    }

    /// What D minimises: a scalar.
    ///
    /// - Parameters:
    ///   - real: D(x), of any shape.
    ///   - made: D(G(z)), of any shape.
    ///   - realTarget: What D is to say of real pictures, a scalar or of the shape of `real`: below 1 where labels are smoothed (Salimans et
    ///     al., arXiv:1606.03498, section 3.4). Only where ``hasTargets``.
    ///   - madeTarget: What D is to say of made ones.
    public func discriminator(
        real: Tensor, made: Tensor, realTarget: Tensor? = nil, madeTarget: Tensor? = nil,
        file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        if !hasTargets, realTarget != nil || madeTarget != nil {
            invalidUse(
                "AdversarialLoss", "the loss \(rawValue) has no targets to smooth or to flip", file: file,
                line: line)
        }
        for (scores, target) in [(real, realTarget), (made, madeTarget)] {
            if let target, target.rank > 0, target.shape != scores.shape {
                invalidUse(
                    "AdversarialLoss", "targets have shape \(target.shape), and scores \(scores.shape)",
                    file: file,
                    line: line)
            }
        }
        switch self {
        case .minimax, .nonSaturating:
            // −t ln σ(s) − (1 − t) ln (1 − σ(s)) is softplus(s) − t s.
            func entropy(_ scores: Tensor, _ target: Tensor?, standard: Float) -> Tensor {
                guard let target else { return (standard == 1 ? -scores : scores).softplus().mean() }
                return (scores.softplus() - target * scores).mean()
            }
            return entropy(real, realTarget, standard: 1) + entropy(made, madeTarget, standard: 0)
        case .leastSquares:
            return ((real - (realTarget ?? 1)).squared().mean() + (made - (madeTarget ?? 0)).squared().mean())
                / 2
        case .hinge: return (1 - real).relu().mean() + (1 + made).relu().mean()
        case .wasserstein: return made.mean() - real.mean()
        }
    }

    /// What G minimises: a scalar.
    ///
    /// - Parameter made: D(G(z)), of any shape.
    public func generator(made: Tensor) -> Tensor {
        switch self {
        case .minimax: -made.softplus().mean()
        case .nonSaturating: (-made).softplus().mean()
        case .leastSquares: (made - 1).squared().mean() / 2
        case .hinge, .wasserstein: -made.mean()
        }
    }
}
