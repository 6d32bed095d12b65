import GannetGraph

/// The transposed convolution: what ``Conv2D`` with the same filters makes of images the other way round. With a
/// stride it enlarges them.
///
/// - `x` is [batch, height, width, inputs], `y` is [batch, height′, width′, outputs], with
///   height′ = (height − 1) · stride − 2 · padding + dilation · (kernel − 1) + outputPadding + 1;
/// - ``weight`` W is [kernel, kernel, outputs / groups, inputs], ``bias`` b is [outputs], or absent.
///
/// Both start uniformly distributed in ±1/√(kernel² · outputs / groups), as PyTorch's do, unless another initializer
/// is given for W. PyTorch keeps W as [inputs, outputs / groups, kernel, kernel].
public struct ConvTranspose2D: WeightedLayer {
    /// W, of shape [kernel, kernel, outputs / groups, inputs].
    public let weight: Parameter
    /// b, of shape [outputs].
    public let bias: Parameter?
    /// The step, in the result, from one pixel that went in to the next.
    public let stride: Int
    /// The pixels that are left out around the result.
    public let padding: Int
    /// The rows and columns that are added at the end of the result; below the stride or the dilation.
    public let outputPadding: Int
    /// The step from one tap to the next.
    public let dilation: Int
    /// Into how many groups channels are cut, each with filters of its own.
    public let groups: Int

    /// The number of channels that go in.
    public var inputs: Int { weight.shape[3] }
    /// The number of channels that come out.
    public var outputs: Int { weight.shape[2] * groups }

    /// Creates a layer whose initial values are drawn from `random`, first the weights, then the biases.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0,
        dilation: Int = 1, groups: Int = 1, bias: Bool = true, weights: Initializer = .standard,
        random: inout RandomStream
    ) {
        if inputs < 1 || outputs < 1 || kernel < 1 || groups < 1 || !inputs.isMultiple(of: groups)
            || !outputs.isMultiple(of: groups)
        {
            invalidUse(
                "ConvTranspose2D",
                "\(kernel) × \(kernel) taps from \(inputs) channels to \(outputs) in \(groups) groups make no "
                    + "layer")
        }
        let shape: Shape = [kernel, kernel, outputs / groups, inputs]
        let bound = 1 / Float(Initializer.fans(of: shape).in).squareRoot()
        weight = Parameter(weights(shape, random: &random))
        self.bias = bias ? Parameter(.uniform(-bound...bound, shape: [outputs], random: &random)) : nil
        self.stride = stride
        self.padding = padding
        self.outputPadding = outputPadding
        self.dilation = dilation
        self.groups = groups
    }

    public var outputAxis: Int { 2 }

    public func output(of x: Tensor, weight: Tensor, file: StaticString, line: UInt) -> Tensor {
        let y = x.transposeConvolved(
            with: weight, stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation,
            groups: groups, file: file, line: line)
        return bias.map { y + $0.value } ?? y
    }
}
