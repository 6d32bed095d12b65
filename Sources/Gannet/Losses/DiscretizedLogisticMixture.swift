import GannetGraph

/// Pixels whose values on a grid from −1 to 1 are drawn from a mixture of logistic distributions: the output of
/// PixelCNN++ (Salimans et al., arXiv:1701.05517, section 2.1).
///
///     let mixture = DiscretizedLogisticMixture(parameters: network(images), channels: 3)
///     let loss = mixture.negativeLogLikelihood(of: images).mean()
///
/// With channels, one component is drawn for all three, and the means of green and blue depend linearly on the
/// channels before them (section 2.2).
public struct DiscretizedLogisticMixture: Sendable {
    /// The logarithms of the weights, not normalised, […, components].
    public let logits: Tensor
    /// The means, […, channels, components], before the channels are coupled.
    public let means: Tensor
    /// The logarithms of the scales, […, channels, components], at least −7.
    public let logScales: Tensor
    /// How green depends on red, blue on red, and blue on green, […, 3, components], where there are three channels.
    public let coefficients: Tensor?
    /// The number of values that a channel can have.
    public let levels: Int

    private let channels: Int

    /// The number of parameters of a pixel: 10 a component with three channels, 3 with one.
    public static func parameterCount(components: Int, channels: Int) -> Int {
        components * (channels == 3 ? 10 : 3)
    }

    /// Takes a network's output apart.
    ///
    /// - Parameters:
    ///   - parameters: […, ``parameterCount(components:channels:)``], laid out as the paper's own code does: the
    ///     logits of the components; then for each channel the means, the logarithms of the scales and, where there
    ///     are three channels, the coefficients before their tanh.
    ///   - channels: 1 or 3.
    ///   - levels: The number of values of a channel, 256 for bytes.
    public init(
        parameters: Tensor, channels: Int, levels: Int = 256, file: StaticString = #fileID, line: UInt = #line
    ) {
        let name = "DiscretizedLogisticMixture(parameters:channels:)"
        if channels != 1 && channels != 3 {
            invalidUse(name, "there are \(channels) channels, not 1 or 3", file: file, line: line)
        }
        if levels < 2 || levels > 1000 {
            invalidUse(name, "there are \(levels) levels, not from 2 to 1000", file: file, line: line)
        }
        let each = Self.parameterCount(components: 1, channels: channels)
        if parameters.rank < 1 || parameters.shape[-1] == 0 || parameters.shape[-1] % each != 0 {
            invalidUse(
                name, "\(parameters.shape) is not […, \(each) · components]", file: file, line: line)
        }
        let components = parameters.shape[-1] / each
        logits = parameters[.ellipsis, 0..<components]
        let rows = channels == 3 ? 3 : 2
        let rest = parameters[.ellipsis, components...].reshape(
            Shape(parameters.shape.extents.dropLast() + [channels, rows, components]))
        means = rest[.ellipsis, 0, .all]
        logScales = maximum(rest[.ellipsis, 1, .all], -7.0)
        coefficients = channels == 3 ? rest[.ellipsis, 2, .all].tanh() : nil
        self.levels = levels
        self.channels = channels
    }

    /// −ln P(x) in nats, **one number for each pixel**: its channels are summed, since they depend on each other, and
    /// nothing else is.
    ///
    /// P(x) = Σ π (σ((x + h − μ) / s) − σ((x − h − μ) / s)) with h half the distance of two levels; the first term is
    /// 1 for x > 0.999, the second 0 for x < −0.999 (equation 2). The logarithm of the difference σ(a) − σ(b) is
    /// taken as that of σ(a) (1 − σ(b)) (1 − e^(b − a)), which is exact for any scale and as far from the mean as
    /// can be, so that no other formula is needed there.
    ///
    /// - Parameter images: x, […, channels], from −1 to 1.
    /// - Returns: A tensor […].
    public func negativeLogLikelihood(
        of images: Tensor, file: StaticString = #fileID, line: UInt = #line
    ) -> Tensor {
        let expected = Shape(logits.shape.extents.dropLast() + [channels])
        if images.shape != expected {
            invalidUse(
                "negativeLogLikelihood(of:)",
                "the images have shape \(images.shape), the mixture is one of \(expected)",
                file: file, line: line)
        }
        let x = images.insertingAxis(at: -1)
        let half = 1 / Float(levels - 1)
        let inverseScale = (-logScales).exp()
        let centred = x - coupledMeans(x)
        // ln σ(a) and ln(1 − σ(b))
        let lower = (inverseScale * (centred + .literal(half))).logSigmoid()
        let upper = (-(inverseScale * (centred - .literal(half)))).logSigmoid()
        let isFirst = x .< -0.999
        let isLast = x .> 0.999
        let logarithms =
            select(isLast, 0, lower) + select(isFirst, 0, upper)
            + select(isFirst .| isLast, 0, logOfBin(inverseScale, half))
        return -(logarithms.sum(axes: [-2]) + logits.logSoftmax()).logSumExp()
    }

    /// ln(1 − e^(−δ)) for δ = 2h / s.
    private func logOfBin(_ inverseScale: Tensor, _ half: Float) -> Tensor {
        let width = .literal(2 * half) * inverseScale
        // The series leaves out δ⁴ / 2880; δ itself may be too small a number, its logarithm is not.
        let isNarrow = width .< 0.1
        let narrow = minimum(width, 0.1)
        let series = Tensor.literal(2 * half).log() - logScales - 0.5 * narrow + narrow.squared() / 24
        return select(isNarrow, series, (-(-maximum(width, 0.1)).exp()).log1p())
    }

    /// The means with what they owe to the channels before them; x is […, channels, 1].
    private func coupledMeans(_ x: Tensor) -> Tensor {
        guard let coefficients else { return means }
        let (red, green) = (x[.ellipsis, 0..<1, .all], x[.ellipsis, 1..<2, .all])
        return Tensor.concatenate(
            [
                means[.ellipsis, 0..<1, .all],
                means[.ellipsis, 1..<2, .all] + coefficients[.ellipsis, 0..<1, .all] * red,
                means[.ellipsis, 2..<3, .all] + coefficients[.ellipsis, 1..<2, .all] * red
                    + coefficients[.ellipsis, 2..<3, .all] * green,
            ], axis: -2)
    }
}

extension DiscretizedLogisticMixture {
    /// Pixels drawn from the mixture: […, channels], values on the grid from −1 to 1.
    public func sample(from stream: inout RandomStream) -> Tensor {
        let componentKey = stream.nextKey()
        return sample(componentKey: componentKey, valueKey: stream.nextKey())
    }

    /// What ``sample(from:)`` gives at the draws that two keys, `uint32` [4], name.
    public func sample(componentKey: Tensor, valueKey: Tensor) -> Tensor {
        sample(
            component: RandomStream.categorical(logits: logits, key: componentKey),
            uniform: RandomStream.uniform(Shape(logits.shape.extents.dropLast() + [channels]), key: valueKey))
    }

    /// Pixels of given components, […, channels], values on the grid from −1 to 1.
    ///
    /// A channel is rounded to its level before others are drawn that depend on it, as P(x) has it; the paper's own code
    /// rounds at the end.
    ///
    /// - Parameters:
    ///   - component: The number of each pixel's component, `int32` […].
    ///   - uniform: Numbers in 0…1, […, channels], each the value of a logistic distribution function.
    ///   - temperature: What the scales are multiplied by, of shape [].
    public func sample(component: Tensor, uniform: Tensor, temperature: Tensor = .literal(Float(1))) -> Tensor
    {
        let isChosen = component.oneHot(logits.shape[-1], type: .bool)
        func chosen(_ tensor: Tensor) -> Tensor {
            select(isChosen.insertingAxis(at: -2), tensor, 0).sum(axes: [-1])
        }
        // The bounds are those of the paper's code; they keep the logarithms finite.
        let u = uniform * 0.99998 + 1e-5
        let value = chosen(means) + temperature * chosen(logScales).exp() * (u.log() - (1 - u).log())
        guard let coefficients = coefficients.map(chosen) else { return nearestLevel(value) }
        func channel(_ tensor: Tensor, _ number: Int) -> Tensor { tensor[.ellipsis, number] }
        let red = nearestLevel(channel(value, 0))
        let green = nearestLevel(channel(value, 1) + channel(coefficients, 0) * red)
        let blue = nearestLevel(
            channel(value, 2) + channel(coefficients, 1) * red + channel(coefficients, 2) * green)
        return .stack([red, green, blue], axis: -1)
    }

    private func nearestLevel(_ x: Tensor) -> Tensor {
        let last = Float(levels - 1)
        return ((x.clamped(to: -1...1) + 1) * .literal(last / 2)).rounded() * .literal(2 / last) - 1
    }
}
