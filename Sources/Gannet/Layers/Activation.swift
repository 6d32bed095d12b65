import GannetGraph

/// A function without parameters as a layer, for a ``Sequential``.
///
/// ```swift
/// Sequential {
///     Linear(inputs: 784, outputs: 400, random: &random)
///     Activation.leakyReLU(slope: 0.2)
///     Activation("Scale") { $0 * 0.5 }
/// }
/// ```
///
/// The function is one of single numbers or of the features of a place, as a softmax is: in reading order it is applied pixel
/// by pixel (see ``CausalLayer``). What mixes places is a layer of its own.
public struct Activation: LocatedLayer {
    /// The function's name, for summaries.
    public let name: String
    private let function: @Sendable (Tensor) -> Tensor

    /// Makes a layer of a function.
    public init(_ name: String, _ function: @escaping @Sendable (Tensor) -> Tensor) {
        self.name = name
        self.function = function
    }

    /// The function of `x`.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        traced(x, function(x))
    }
}

extension Activation {
    /// max(x, 0).
    public static var relu: Activation { Activation("ReLU") { $0.relu() } }
    /// max(x, slope · x).
    public static func leakyReLU(slope: Float = 0.2) -> Activation {
        Activation("LeakyReLU") { $0.leakyReLU(slope: .literal(slope)) }
    }
    /// x for x > 0, α (eˣ − 1) below.
    public static func elu(alpha: Float = 1) -> Activation {
        Activation("ELU") { $0.elu(alpha: .literal(alpha)) }
    }
    /// λ · elu(x) with λ and α for which layers keep mean 0 and variance 1.
    public static var selu: Activation { Activation("SELU") { $0.selu() } }
    /// x · tanh(ln(1 + eˣ)).
    public static var mish: Activation { Activation("Mish") { $0.mish() } }
    /// x · σ(x), also called swish.
    public static var silu: Activation { Activation("SiLU") { $0.silu() } }
    /// x · Φ(x).
    public static var gelu: Activation { Activation("GELU") { $0.gelu() } }
    /// tanh x.
    public static var tanh: Activation { Activation("Tanh") { $0.tanh() } }
    /// 1 / (1 + e⁻ˣ).
    public static var sigmoid: Activation { Activation("Sigmoid") { $0.sigmoid() } }
    /// ln(1 + eˣ).
    public static var softplus: Activation { Activation("Softplus") { $0.softplus() } }
    /// eˣ / Σ eˣ along the last axis.
    public static var softmax: Activation { Activation("Softmax") { $0.softmax() } }
}
