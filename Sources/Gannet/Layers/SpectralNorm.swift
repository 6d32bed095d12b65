import GannetGraph

/// A layer whose weight is divided by its largest singular value: Miyato et al., "Spectral Normalization for Generative
/// Adversarial Networks" (arXiv:1802.05957), algorithm 1.
///
///     u ← W v / |W v|      v ← Wᵀ u / |Wᵀ u|      σ = uᵀ W v      y = f(x; W / σ)
///
/// W here is the weight as a matrix [outputs, everything else]. In training each call makes ``iterations`` steps of this
/// power iteration, whose vectors the update keeps, as ``BatchNorm`` does its averages; in evaluation they stay. No
/// gradient goes through u and v. They start at random and go through 15 steps, as in PyTorch
/// (`torch.nn.utils.parametrizations.spectral_norm`).
///
/// ```swift
/// let first = SpectralNorm(Conv2D(inputs: 3, outputs: 64, kernel: 3, padding: 1, random: &random), random: &random)
/// ```
public struct SpectralNorm<Base: WeightedLayer>: LocatedLayer {
    /// The layer that computes; its weight is W.
    public let layer: Base
    /// u, of shape [outputs]; not trained.
    public let left: Parameter
    /// v, of shape [everything else], in the order of the weight's other axes; not trained.
    public let right: Parameter
    /// The number of steps of the power iteration in a call.
    public let iterations: Int
    /// What keeps the quotients finite: norms are at least so much.
    public let epsilon: Float

    /// Wraps a layer; the vectors are drawn from `random`.
    public init(
        _ layer: Base, iterations: Int = 1, epsilon: Float = 1e-12, random: inout RandomStream
    ) {
        if iterations < 1 { invalidUse("SpectralNorm", "\(iterations) steps are no iteration") }
        let outputs = layer.weight.shape[layer.outputAxis]
        let others = layer.weight.shape.count / max(outputs, 1)
        left = Parameter(.normal(shape: [outputs], random: &random), isTrainable: false)
        right = Parameter(.normal(shape: [others], random: &random), isTrainable: false)
        self.layer = layer
        self.iterations = iterations
        self.epsilon = epsilon
        let start = iterated(matrix(of: layer.weight.value), left.value, right.value, count: 15)
        // Where nothing can be computed, the vectors stay as they were drawn, and settle in training.
        if let settled = try? Tensor.evaluate([start.left, start.right], on: .cpu) {
            left.assign(settled[0])
            right.assign(settled[1])
        }
    }

    /// The weight divided by its largest singular value, as far as that is known.
    public var weight: Tensor { normalized(file: #fileID, line: #line) }

    /// What the layer makes of `x` with the normalised weight.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        let weight = normalized(file: file, line: line)
        return traced(x, layer.output(of: x, weight: weight, file: file, line: line))
    }

    private func normalized(file: StaticString, line: UInt) -> Tensor {
        let weight = layer.weight.value
        let matrix = matrix(of: weight)
        var (u, v) = (left.latestValue, right.latestValue)
        if ModelMode.current == .training {
            (u, v) = iterated(matrix.stoppingGradient(), u, v, count: iterations)
            (u, v) = (u.stoppingGradient(), v.stoppingGradient())
            left.track({ _ in u }, file: file, line: line)
            right.track({ _ in v }, file: file, line: line)
        }
        return weight / (u * product(matrix, v)).sum()
    }

    /// The weight as [everything else, outputs].
    private func matrix(of weight: Tensor) -> Tensor {
        let axis = layer.outputAxis
        let order = (0..<weight.rank).filter { $0 != axis } + [axis]
        return weight.permute(order: order).reshape(-1, weight.shape[axis])
    }

    private func iterated(
        _ matrix: Tensor, _ left: Tensor, _ right: Tensor, count: Int
    ) -> (left: Tensor, right: Tensor) {
        func direction(_ x: Tensor) -> Tensor {
            x / maximum(x.squared().sum().sqrt(), .literal(epsilon))
        }
        var (u, v) = (left, right)
        for _ in 0..<count {
            u = direction(product(matrix, v))
            v = direction((matrix * u).sum(axes: [1]))
        }
        return (u, v)
    }

    /// W v, for the transpose of W.
    private func product(_ matrix: Tensor, _ v: Tensor) -> Tensor {
        (matrix * v.reshape(-1, 1)).sum(axes: [0])
    }
}
