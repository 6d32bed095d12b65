import GannetGraph

/// What keeps a discriminator smooth: a term of its loss. D must not normalise over the batch, where the slope at a picture is not
/// that of its own score alone.
public enum CriticPenalty: Sendable, Hashable {
    /// λ (|∇D(x̂)| − 1)² at x̂ = ε x + (1 − ε) G(z), with one ε ~ U(0, 1) for each picture: Gulrajani et al., arXiv:1704.00028, equation 3
    /// and algorithm 1. λ is 10 there.
    case gradient(weight: Float)
    /// γ/2 |∇D(x)|² at the pictures of the data: Mescheder, Geiger and Nowozin, arXiv:1801.04406, equation 9.
    case r1(weight: Float)

    /// Its weight.
    public var weight: Float {
        switch self {
        case .gradient(let weight), .r1(let weight): weight
        }
    }

    /// The mean over the batch: a scalar.
    ///
    /// - Parameters:
    ///   - critic: D, which gives scores of pictures, [batch].
    ///   - real: x, [batch, …].
    ///   - made: G(z), of the same shape. No gradient goes into it.
    ///   - noise: Where ε comes from; one draw for ``gradient(weight:)``, none else.
    public func value(
        of critic: (Tensor) -> Tensor, real: Tensor, made: Tensor, noise: inout RandomStream
    ) -> Tensor {
        guard case .gradient = self else { return value(of: critic, real: real, made: made, epsilon: nil) }
        let ones = [Int](repeating: 1, count: real.rank - 1)
        return value(
            of: critic, real: real, made: made, epsilon: noise.uniform(Shape([real.shape[0]] + ones)))
    }

    /// The same with a given ε, [batch, 1, …], where there is one.
    package func value(
        of critic: (Tensor) -> Tensor, real: Tensor, made: Tensor, epsilon: Tensor?
    ) -> Tensor {
        switch self {
        case .gradient(let weight):
            if real.shape != made.shape {
                invalidUse(
                    "CriticPenalty",
                    "real pictures are of shape \(real.shape), and made ones of shape \(made.shape)")
            }
            let between = (made + epsilon! * (real - made)).stoppingGradient()
            // Where a gradient is 0, its norm has no gradient: 0 is taken for it.
            let norm = (Self.squaredGradient(of: critic, at: between) + 1e-12).sqrt()
            return .literal(weight) * (norm - 1).squared().mean()
        case .r1(let weight):
            return .literal(weight / 2) * Self.squaredGradient(of: critic, at: real).mean()
        }
    }

    /// |∇D(x)|² of each picture: [batch].
    private static func squaredGradient(of critic: (Tensor) -> Tensor, at x: Tensor) -> Tensor {
        gradients(of: critic(x).sum(), withRespectTo: [x])[0].squared().sum(axes: Array(1..<x.rank))
    }
}
