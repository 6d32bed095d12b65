import Gannet

/// The affine coupling layer of Dinh, Sohl-Dickstein and Bengio, "Density estimation using Real NVP" (arXiv:1605.08803, equation 9):
///
///     y = b ∘ x + (1 − b) ∘ (x ∘ exp(s(b ∘ x)) + t(b ∘ x))
///
/// What the mask b keeps decides how the rest is scaled and shifted, so that the Jacobian is triangular, and ln |det| the sum of s.
/// As there, s is a tanh times a scale that is learned for each feature.
public struct AffineCoupling: InvertibleLayer {
    /// Which elements are kept, b.
    public enum Mask: Sendable, Hashable {
        /// Of vectors or pictures, the features or channels of one half.
        case half(keepsFirst: Bool)
        /// Of vectors, every second feature.
        case alternating(keepsFirst: Bool)
        /// Of pictures, the pixels of one colour of a chessboard.
        case checkerboard(keepsFirst: Bool)

        /// b, 1 where elements are kept, of a shape that broadcasts to that of `x`.
        func values(for x: Tensor) -> Tensor {
            let last = x.rank - 1
            /// The numbers along an axis.
            func numbers(_ axis: Int) -> Tensor {
                var extents = [Int](repeating: 1, count: x.rank)
                extents[axis] = x.shape[axis]
                return Tensor.index(along: axis, of: Shape(extents)).cast(to: .float32)
            }
            func isOdd(_ number: Tensor) -> Tensor { number - 2 * (number / 2).floor() .> 0.5 }
            let (keepsFirst, isSecond): (Bool, Tensor) =
                switch self {
                case .half(let keepsFirst):
                    (keepsFirst, numbers(last) .>= .literal(Float(x.shape[-1] / 2)))
                case .alternating(let keepsFirst): (keepsFirst, isOdd(numbers(last)))
                case .checkerboard(let keepsFirst): (keepsFirst, isOdd(numbers(1) + numbers(2)))
                }
            let second = isSecond.cast(to: .float32)
            return keepsFirst ? 1 - second : second
        }
    }

    /// Which elements are kept.
    public let mask: Mask
    /// What makes [batch, …, 2 · features] of [batch, …, features]: s before its tanh, then t.
    private let network: any Layer
    /// What the tanh is multiplied by, [features].
    private let scale: Parameter

    /// Creates a layer.
    ///
    /// - Parameters:
    ///   - mask: Which elements are kept.
    ///   - features: The features of vectors, or the channels of pictures.
    ///   - network: What makes 2 · `features` of them; where it begins with zeros the layer begins as the identity.
    public init(_ mask: Mask, features: Int, network: any Layer) {
        self.mask = mask
        self.network = network
        scale = Parameter(Tensor([Float](repeating: 1, count: features)))
    }

    /// s and t where the mask keeps nothing, 0 elsewhere.
    private func scaleAndShift(_ kept: Tensor, _ mask: Tensor) -> (s: Tensor, t: Tensor) {
        let results = network(kept)
        let features = kept.shape[-1]
        let s = scale.value * results[.ellipsis, 0..<features].tanh()
        return ((1 - mask) * s, (1 - mask) * results[.ellipsis, features...])
    }

    public func transformed(_ x: Tensor) -> (y: Tensor, logDeterminant: Tensor) {
        let mask = mask.values(for: x)
        let (s, t) = scaleAndShift(mask * x, mask)
        return (x * s.exp() + t, s.sum(axes: Array(1..<x.rank)))
    }

    public func inverse(_ y: Tensor) -> Tensor {
        let mask = mask.values(for: y)
        let (s, t) = scaleAndShift(mask * y, mask)
        return (y - t) * (-s).exp()
    }
}
