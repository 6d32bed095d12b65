import GannetGraph

/// `y = x ∗ W + b`: filters that are moved over images.
///
/// - `x` is [batch, height, width, inputs], `y` is [batch, height′, width′, outputs], with
///   height′ = ⌊(height + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1;
/// - ``weight`` W is [kernel, kernel, inputs / groups, outputs], ``bias`` b is [outputs], or absent.
///
/// Both start uniformly distributed in ±1/√(fan in), as PyTorch's do, unless another initializer is given for W.
/// PyTorch keeps W as [outputs, inputs / groups, kernel, kernel]. Sequences [batch, 1, length, inputs] are convolved
/// by a window of height 1.
public struct Conv2D: WeightedLayer {
    /// W, of shape [height, width, inputs / groups, outputs].
    public let weight: Parameter
    /// b, of shape [outputs].
    public let bias: Parameter?
    /// How the filters are moved.
    public let geometry: ConvolutionGeometry

    /// The number of channels that go in.
    public var inputs: Int { weight.shape[2] * geometry.groups }
    /// The number of channels that come out.
    public var outputs: Int { weight.shape[3] }

    /// Creates a layer with square filters, whose initial values are drawn from `random`, first the weights, then
    /// the biases.
    ///
    /// - Parameters:
    ///   - inputs: The number of channels that go in.
    ///   - outputs: The number of channels that come out.
    ///   - kernel: The height and the width of the filters.
    ///   - stride: The step from one result to the next.
    ///   - padding: The zeros around the images.
    ///   - dilation: The step from one tap to the next.
    ///   - groups: Into how many groups channels are cut, each with filters of its own.
    ///   - bias: Whether something is added to each channel.
    ///   - weights: How W is distributed at first.
    ///   - random: Where the initial values come from.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
        groups: Int = 1, bias: Bool = true, weights: Initializer = .standard, random: inout RandomStream
    ) {
        let axis = ConvolutionGeometry.Axis(
            stride: stride, dilation: dilation, padLow: padding, padHigh: padding)
        self.init(
            inputs: inputs, outputs: outputs, window: (kernel, kernel),
            ConvolutionGeometry(height: axis, width: axis, groups: groups), bias: bias, weights: weights,
            random: &random)
    }

    /// Creates a layer with filters of any size that are moved in any way.
    public init(
        inputs: Int, outputs: Int, window: (height: Int, width: Int), _ geometry: ConvolutionGeometry,
        bias: Bool = true, weights: Initializer = .standard, random: inout RandomStream
    ) {
        let groups = geometry.groups
        if inputs < 1 || outputs < 1 || window.height < 1 || window.width < 1 || groups < 1
            || !inputs.isMultiple(of: groups) || !outputs.isMultiple(of: groups)
        {
            invalidUse(
                "Conv2D",
                "\(window.height) × \(window.width) taps from \(inputs) channels to \(outputs) in \(groups) "
                    + "groups make no layer")
        }
        let shape: Shape = [window.height, window.width, inputs / groups, outputs]
        let bound = 1 / Float(Initializer.fans(of: shape).in).squareRoot()
        weight = Parameter(weights(shape, random: &random))
        self.bias = bias ? Parameter(.uniform(-bound...bound, shape: [outputs], random: &random)) : nil
        self.geometry = geometry
    }

    public func output(of x: Tensor, weight: Tensor, file: StaticString, line: UInt) -> Tensor {
        let y = x.convolved(with: weight, geometry, file: file, line: line)
        return bias.map { y + $0.value } ?? y
    }
}
