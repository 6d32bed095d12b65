import GannetGraph

/// How the initial values of a layer's weights are distributed.
///
/// Values are computed on the host from a ``RandomStream``: a model starts from the same numbers on whatever device
/// it will be trained, and creating it touches no device.
///
/// The fans of weights are those of channels-last layers: of a shape [window…, in, out] the fan in is the number of
/// terms in an output's sum, the product of all extents but the last; the fan out is the last extent times the
/// window's. PyTorch counts the same way, also for grouped and transposed convolutions.
public enum Initializer: Sendable, Hashable {
    /// Which fan the variance is kept by: that of the values going forward, or that of the gradients going back.
    public enum Fan: Sendable, Hashable {
        /// The number of terms in the sum of an output.
        case `in`
        /// The number of sums that an input is a term of.
        case out
    }

    /// The same number everywhere.
    case constant(Float)
    /// Evenly distributed over a range.
    case uniform(ClosedRange<Float>)
    /// Normally distributed.
    case normal(mean: Float = 0, deviation: Float = 1)
    /// Evenly distributed in ±1/√(fan in): what PyTorch's linear and convolutional layers start from.
    case standard
    /// Evenly distributed in ±gain · √(3 / fan): He et al., "Delving Deep into Rectifiers" (arXiv:1502.01852),
    /// equations 10 and 14.
    case kaimingUniform(fan: Fan = .in, gain: Float = Initializer.gain(leakyReLU: 0))
    /// Normally distributed with deviation gain / √fan; see ``kaimingUniform(fan:gain:)``.
    case kaimingNormal(fan: Fan = .in, gain: Float = Initializer.gain(leakyReLU: 0))
    /// Evenly distributed in ±gain · √(6 / (fan in + fan out)): Glorot and Bengio, "Understanding the difficulty of
    /// training deep feedforward neural networks" (AISTATS 2010), equation 16.
    case glorotUniform(gain: Float = 1)
    /// Normally distributed with deviation gain · √(2 / (fan in + fan out)); see ``glorotUniform(gain:)``.
    case glorotNormal(gain: Float = 1)
    /// `gain` times a matrix [all extents but the last, last] whose rows or, if these are fewer, columns are
    /// orthonormal: Saxe, McClelland and Ganguli (arXiv:1312.6120).
    case orthogonal(gain: Float = 1)

    /// The initializers that have a name, each with its parameters as they are by default.
    private static let named: [(name: String, initializer: Initializer)] = [
        ("zeros", .zeros), ("ones", .ones), ("standard", .standard), ("normal", .normal()),
        ("kaiming-uniform", .kaimingUniform()), ("kaiming-normal", .kaimingNormal()),
        ("glorot-uniform", .glorotUniform()), ("glorot-normal", .glorotNormal()),
        ("orthogonal", .orthogonal()),
    ]

    /// The names that ``init(named:)`` knows.
    public static var names: [String] { named.map(\.name) }

    /// The initializer of a name, such as `kaiming-uniform`, with its parameters as they are by default; nil where none
    /// of ``names`` is meant. Letters may be of any case, and `xavier` stands for `glorot`.
    public init?(named name: String) {
        var name = name.lowercased()
        if name.hasPrefix("xavier-") { name = "glorot-" + name.dropFirst("xavier-".count) }
        guard let found = Self.named.first(where: { $0.name == name }) else { return nil }
        self = found.initializer
    }

    /// Zeros.
    public static let zeros = Initializer.constant(0)
    /// Ones.
    public static let ones = Initializer.constant(1)

    /// √(2 / (1 + slope²)), the gain that keeps the variance through leaky rectifiers; through ReLU with slope 0.
    public static func gain(leakyReLU slope: Float) -> Float { (2 / (1 + slope * slope)).squareRoot() }
    /// 5/3, the gain that is customary before tanh.
    public static let tanhGain: Float = 5.0 / 3

    /// Stored values of shape `shape`. Takes one number of the stream, or none where nothing is random.
    public func callAsFunction(_ shape: Shape, random: inout RandomStream) -> Tensor {
        let fans = Self.fans(of: shape)
        func uniform(_ bound: Float) -> Tensor { .uniform(-bound...bound, shape: shape, random: &random) }
        func normal(_ deviation: Float) -> Tensor {
            .normal(deviation: deviation, shape: shape, random: &random)
        }
        func number(_ fan: Fan) -> Float { Float(fan == .in ? fans.in : fans.out) }
        switch self {
        case .constant(let value):
            return Tensor([Float](repeating: value, count: shape.count), shape: shape)
        case .uniform(let range): return .uniform(range, shape: shape, random: &random)
        case .normal(let mean, let deviation):
            return .normal(mean: mean, deviation: deviation, shape: shape, random: &random)
        case .standard: return uniform(1 / number(.in).squareRoot())
        case .kaimingUniform(let fan, let gain): return uniform(gain * (3 / number(fan)).squareRoot())
        case .kaimingNormal(let fan, let gain): return normal(gain / number(fan).squareRoot())
        case .glorotUniform(let gain):
            return uniform(gain * (6 / (number(.in) + number(.out))).squareRoot())
        case .glorotNormal(let gain): return normal(gain * (2 / (number(.in) + number(.out))).squareRoot())
        case .orthogonal(let gain): return .orthogonal(gain: gain, shape: shape, random: &random)
        }
    }

    /// The fans of weights of shape [window…, in, out], at least 1 each.
    static func fans(of shape: Shape) -> (in: Int, out: Int) {
        if shape.rank < 2 { return (max(shape.count, 1), max(shape.count, 1)) }
        let window = shape.extents.dropLast(2).reduce(1, *)
        return (max(window * shape[-2], 1), max(window * shape[-1], 1))
    }
}
