import GannetGraph

/// A bound on gradients, met within the compiled step: nothing waits for the device.
public enum GradientClipping: Sendable, Hashable {
    /// All gradients together are scaled so that the root of the sum of their squares is at most this: Pascanu et al.,
    /// "On the difficulty of training Recurrent Neural Networks" (arXiv:1211.5063), Algorithm 1.
    ///
    /// As in PyTorch the factor is min(1, bound / (norm + 10⁻⁶)). Where the norm is NaN all gradients become NaN;
    /// where it is infinite, the infinite ones become NaN and all others 0. ``LossScaling`` skips such an update.
    case norm(Float)
    /// Each element is brought to within −bound … bound. Infinities become the bound; NaN stays NaN.
    case value(Float)

    /// The bound.
    public var bound: Float {
        switch self {
        case .norm(let bound), .value(let bound): bound
        }
    }

    /// The gradients, clipped.
    func apply(to gradients: [Tensor], bound: Tensor) -> [Tensor] {
        switch self {
        case .norm:
            let norm = Self.norm(of: gradients)
            let factor = minimum(1, bound / (norm + 1e-6))
            return gradients.map { $0 * factor }
        case .value: return gradients.map { maximum(minimum($0, bound), -bound) }
        }
    }

    /// The root of the sum of all squares.
    static func norm(of gradients: [Tensor]) -> Tensor {
        combined(gradients.map { $0.squared().sum() }) { $0.sum() }.sqrt()
    }

    /// One number of many, some at a time, so that no kernel reads more buffers than a device can give it.
    static func combined(_ numbers: [Tensor], by combine: (Tensor) -> Tensor) -> Tensor {
        var level = numbers
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 16).map { start in
                let part = level[start..<min(start + 16, level.count)]
                return combine(.concatenate(part.map { $0.reshape([1]) }, axis: 0))
            }
        }
        return level.first ?? .zeros([])
    }
}
