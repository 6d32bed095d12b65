import GannetGraph

/// `y = x · W + b`: a linear map of the last axis, also called a dense or fully connected layer.
///
/// - `x` is [batch, …, inputs], `y` is [batch, …, outputs];
/// - ``weight`` W is [inputs, outputs], ``bias`` b is [outputs], or absent.
///
/// Both start uniformly distributed in ±1/√inputs, as PyTorch's do (LeCun et al., "Efficient BackProp", 1998, asks
/// for that variance up to a constant), unless another initializer is given for W. PyTorch keeps W as
/// [outputs, inputs].
public struct Linear: WeightedLayer {
    /// W, of shape [inputs, outputs].
    public let weight: Parameter
    /// b, of shape [outputs].
    public let bias: Parameter?

    /// The number of features that go in.
    public var inputs: Int { weight.shape[0] }
    /// The number of features that come out.
    public var outputs: Int { weight.shape[1] }

    /// Creates a layer whose initial values are drawn from `random`, first the weights, then the biases.
    public init(
        inputs: Int, outputs: Int, bias: Bool = true, weights: Initializer = .standard,
        random: inout RandomStream
    ) {
        if inputs < 1 || outputs < 1 {
            invalidUse("Linear", "\(inputs) inputs and \(outputs) outputs make no layer")
        }
        let bound = 1 / Float(inputs).squareRoot()
        weight = Parameter(weights([inputs, outputs], random: &random))
        self.bias = bias ? Parameter(.uniform(-bound...bound, shape: [outputs], random: &random)) : nil
    }

    public func output(of x: Tensor, weight: Tensor, file: StaticString, line: UInt) -> Tensor {
        if x.rank < 2 || x.shape[-1] != inputs {
            invalidUse("Linear", "\(x.shape) does not end in \(inputs) features", file: file, line: line)
        }
        // One product for all leading axes: the weights are the same for all.
        let rows = x.rank == 2 ? x : x.reshape(-1, inputs)
        var y = rows.matmul(weight)
        if let bias { y = y + bias.value }
        return x.rank == 2 ? y : y.reshape(Shape(x.shape.extents.dropLast() + [outputs]))
    }
}
