import Gannet

/// A layer y = f(x) that can be gone through backwards, and that says how it changes volumes: what a normalising flow is made of
/// (Dinh, Krueger and Bengio, "NICE", arXiv:1410.8516).
public protocol InvertibleLayer: Module {
    /// y, of the shape of `x` or of one with as many elements, and ln |det ∂y/∂x| of each example, [batch].
    func transformed(_ x: Tensor) -> (y: Tensor, logDeterminant: Tensor)

    /// x.
    func inverse(_ y: Tensor) -> Tensor
}

/// Invertible layers one after another; volumes multiply.
public struct InvertibleSequence: InvertibleLayer {
    /// The layers, the first first.
    public let layers: [any InvertibleLayer]

    /// Creates a sequence.
    public init(_ layers: [any InvertibleLayer]) { self.layers = layers }

    public func transformed(_ x: Tensor) -> (y: Tensor, logDeterminant: Tensor) {
        var (y, sum) = (x, Tensor.zeros([x.shape[0]]))
        for layer in layers {
            let (next, logDeterminant) = layer.transformed(y)
            (y, sum) = (next, sum + logDeterminant)
        }
        return (y, sum)
    }

    public func inverse(_ y: Tensor) -> Tensor { layers.reversed().reduce(y) { $1.inverse($0) } }
}

/// Pictures [batch, height, width, channels] as [batch, height / 2, width / 2, 4 · channels] (Dinh, Sohl-Dickstein and Bengio,
/// arXiv:1605.08803, section 3.6).
public struct Squeeze: InvertibleLayer {
    /// Creates the layer; nothing in it is trained.
    public init() {}

    public func transformed(_ x: Tensor) -> (y: Tensor, logDeterminant: Tensor) {
        (x.pixelUnshuffled(by: 2), .zeros([x.shape[0]]))
    }

    public func inverse(_ y: Tensor) -> Tensor { y.pixelShuffled(by: 2) }
}
