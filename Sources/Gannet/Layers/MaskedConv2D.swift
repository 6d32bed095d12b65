import GannetGraph

/// A convolution whose results depend only on what comes before them in reading order: van den Oord, Kalchbrenner and
/// Kavukcuoglu, "Pixel Recurrent Neural Networks" (arXiv:1601.06759), section 3.4.
///
/// - `x` is [batch, height, width, inputs], `y` is [batch, height, width, outputs];
/// - ``weight`` W is [height, width, inputs, outputs], ``bias`` b is [outputs], or absent.
///
/// What is masked takes no time, its weights have no influence and keep their values. W starts as ``Conv2D``'s does,
/// b likewise.
public struct MaskedConv2D: LocatedLayer {
    private let layer: Conv2D

    /// W, of shape [height, width, inputs, outputs].
    public var weight: Parameter { layer.weight }
    /// b, of shape [outputs].
    public var bias: Parameter? { layer.bias }
    /// Which taps are used.
    public var mask: ConvolutionMask? { layer.geometry.mask }

    /// Creates a layer whose initial values are drawn from `random`.
    ///
    /// - Parameters:
    ///   - inputs: The number of channels that go in.
    ///   - outputs: The number of channels that come out.
    ///   - kernel: The height and the width of the filters, an odd number.
    ///   - type: Whether a result may depend on the pixel, or the colour, at its own place.
    ///   - colors: The number of colours that come one after another at each place; channels of both sides are cut
    ///     into so many groups.
    ///   - bias: Whether something is added to each channel.
    ///   - weights: How W is distributed at first.
    ///   - random: Where the initial values come from.
    public init(
        inputs: Int, outputs: Int, kernel: Int, type: ConvolutionMask.CausalType, colors: Int = 1,
        bias: Bool = true, weights: Initializer = .standard, random: inout RandomStream
    ) {
        self.init(
            inputs: inputs, outputs: outputs, window: (kernel, kernel), type: type, colors: colors,
            bias: bias,
            weights: weights, random: &random)
    }

    /// Creates a layer whose filters need not be square: of height 1 they see what is to the left.
    ///
    /// - Parameters:
    ///   - inputs: The number of channels that go in.
    ///   - outputs: The number of channels that come out.
    ///   - window: The height and the width of the filters, odd numbers.
    ///   - type: Whether a result may depend on the pixel, or the colour, at its own place.
    ///   - colors: The number of colours that come one after another at each place.
    ///   - bias: Whether something is added to each channel.
    ///   - weights: How W is distributed at first.
    ///   - random: Where the initial values come from.
    public init(
        inputs: Int, outputs: Int, window: (height: Int, width: Int), type: ConvolutionMask.CausalType,
        colors: Int = 1, bias: Bool = true, weights: Initializer = .standard, random: inout RandomStream
    ) {
        let (height, width) = window
        if height % 2 == 0 || width % 2 == 0 || colors < 1 || !inputs.isMultiple(of: colors)
            || !outputs.isMultiple(of: colors)
        {
            invalidUse(
                "MaskedConv2D",
                "\(height) × \(width) taps from \(inputs) channels to \(outputs) with \(colors) colours; the "
                    + "sides must be odd, and the colours a divisor of the channels")
        }
        func axis(_ taps: Int) -> ConvolutionGeometry.Axis { .init(padLow: taps / 2, padHigh: taps / 2) }
        let mask = ConvolutionMask.causal(
            height: height, width: width, type: type, inputGroups: colors, outputGroups: colors)
        layer = Conv2D(
            inputs: inputs, outputs: outputs, window: window,
            ConvolutionGeometry(height: axis(height), width: axis(width), mask: mask), bias: bias,
            weights: weights,
            random: &random)
    }

    /// The convolution of `x`.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        traced(x, layer.output(of: x, weight: weight.value, file: file, line: line))
    }
}

extension ConvolutionMask {
    /// Whether a result may depend on what is at its own place.
    public enum CausalType: Sendable, Hashable {
        /// On colours before its own only: for the first layer.
        case a
        /// On colours before its own and on its own: for layers whose inputs have been masked already.
        case b
    }

    /// The mask of a causal convolution: a result sees all rows above its place, what is left of it in its row and,
    /// at its place, the groups that `type` allows.
    ///
    /// - Parameters:
    ///   - height: The rows of taps; the place is the middle one.
    ///   - width: The columns of taps; the place is the middle one.
    ///   - type: Whether group *g* of the results sees group *g* of the inputs at its place.
    ///   - inputGroups: The number of groups that the inputs' channels are cut into: the colours.
    ///   - outputGroups: The number of groups that the results' channels are cut into.
    public static func causal(
        height: Int, width: Int, type: CausalType, inputGroups: Int = 1, outputGroups: Int = 1
    ) -> ConvolutionMask {
        let (middleRow, middleColumn) = (height / 2, width / 2)
        return ConvolutionMask(
            height: height, width: width, inputGroups: inputGroups, outputGroups: outputGroups
        ) { row, column, input, output in
            if row != middleRow { return row < middleRow }
            if column != middleColumn { return column < middleColumn }
            return type == .a ? input < output : input <= output
        }
    }
}
