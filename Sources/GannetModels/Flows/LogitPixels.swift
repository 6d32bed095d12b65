import Gannet

/// Pixels of 256 levels as numbers that can be any: noise fills the gaps between levels, and logit(α + (1 − 2 α) x) takes 0…1 to the whole line
/// (Dinh, Sohl-Dickstein and Bengio, arXiv:1605.08803, section 4.1; Papamakarios, Pavlakou and Murray, arXiv:1705.07057, appendix D).
public struct LogitPixels: Sendable, Hashable {
    /// α, how far numbers stay from the ends.
    public var alpha: Float

    /// Creates the way there; with 1e-6 likelihoods are those that papers tell of MNIST.
    public init(alpha: Float = 1e-6) {
        if !(alpha > 0 && alpha < 0.5) {
            invalidUse("LogitPixels", "α is \(alpha), and must be above 0 and below ½")
        }
        self.alpha = alpha
    }

    /// Pictures as any numbers, and ln |det| of the way there from 0…1, [batch].
    ///
    /// - Parameters:
    ///   - images: Values in 0…1, [batch, …].
    ///   - uniform: Numbers in 0…1 of the same shape.
    public func transformed(_ images: Tensor, uniform: Tensor) -> (y: Tensor, logDeterminant: Tensor) {
        let x = ((images * 255).rounded() + uniform) / 256
        let p = .literal(alpha) + .literal(1 - 2 * alpha) * x
        let (forth, back) = (p.log(), (1 - p).log())
        let logDeterminant = (Tensor.literal(1 - 2 * alpha).log() - forth - back)
            .sum(axes: Array(1..<images.rank))
        return (forth - back, logDeterminant)
    }

    /// The pictures, values in 0…1.
    public func inverse(_ y: Tensor) -> Tensor {
        ((y.sigmoid() - .literal(alpha)) / .literal(1 - 2 * alpha)).clamped(to: 0...1)
    }
}
