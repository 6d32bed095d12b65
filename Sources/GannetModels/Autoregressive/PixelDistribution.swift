import Gannet

/// How the values of a pixel are distributed, given the pixels before it: what an autoregressive network's results are the
/// parameters of.
///
/// Networks see values as the distribution counts them (``encoded(_:)``): 0 and 1 where pixels are black or white, from −1 to
/// 1 otherwise.
public enum PixelDistribution: Sendable, Hashable {
    /// Each channel is 0 or 1: a logit each. Grey values count as 1 from ½ on.
    case bernoulli
    /// Each channel has one of some levels: a softmax over all of them each (van den Oord et al., arXiv:1601.06759,
    /// section 3.3).
    case categorical(levels: Int)
    /// A mixture of discretised logistic distributions over 256 levels (Salimans et al., arXiv:1701.05517); its channels,
    /// 1 or 3, are drawn together.
    case logisticMixture(components: Int)

    /// The number of results that a network has for a pixel; those of a channel lie side by side.
    public func parameterCount(channels: Int) -> Int {
        switch self {
        case .bernoulli: channels
        case .categorical(let levels): channels * levels
        case .logisticMixture(let components):
            DiscretizedLogisticMixture.parameterCount(components: components, channels: channels)
        }
    }

    /// How often a network is asked for a pixel: once for each channel that depends on those before it in the network.
    public func passCount(channels: Int) -> Int {
        if case .logisticMixture = self { 1 } else { channels }
    }

    /// The number of uniform random numbers that a pixel is drawn from.
    func uniformCount(channels: Int) -> Int {
        if case .logisticMixture = self { channels + 1 } else { channels }
    }

    private var levels: Int {
        switch self {
        case .bernoulli: 2
        case .categorical(let levels): levels
        case .logisticMixture: 256
        }
    }

    /// Values in 0…1 as networks see them: the nearest level.
    public func encoded(_ images: Tensor) -> Tensor {
        if self == .bernoulli { return (images .>= 0.5).cast(to: .float32) }
        let last = Float(levels - 1)
        return (images * .literal(last)).rounded() * .literal(2 / last) - 1
    }

    /// What networks see as values in 0…1.
    public func decoded(_ x: Tensor) -> Tensor { self == .bernoulli ? x : x * 0.5 + 0.5 }

    /// −ln p(x) of each picture in nats: [batch].
    ///
    /// - Parameters:
    ///   - x: Pictures as networks see them, [batch, height, width, channels].
    ///   - parameters: A network's results, [batch, height, width, ``parameterCount(channels:)``].
    public func negativeLogLikelihood(of x: Tensor, parameters: Tensor) -> Tensor {
        switch self {
        case .bernoulli:
            return binaryCrossEntropy(logits: parameters, targets: x).sum(axes: [1, 2, 3])
        case .categorical(let levels):
            let logits = parameters.reshape(Shape(x.shape.extents + [levels]))
            let numbers = ((x + 1) * .literal(Float(levels - 1) / 2)).rounded().cast(to: .int32)
            return crossEntropy(logits: logits, labels: numbers).sum(axes: [1, 2, 3])
        case .logisticMixture:
            return DiscretizedLogisticMixture(parameters: parameters, channels: x.shape[-1])
                .negativeLogLikelihood(of: x).sum(axes: [1, 2])
        }
    }

    /// Pixels of which one channel more is drawn, or all of them, [count, channels].
    ///
    /// Values are found where the distribution function passes a uniform number, so that the same number gives the same
    /// value wherever probabilities agree to some digits.
    ///
    /// - Parameters:
    ///   - pass: The number of the channel, where each is drawn by itself.
    ///   - parameters: A network's results, [count, ``parameterCount(channels:)``].
    ///   - x: The pixels as far as they are known, [count, channels].
    ///   - uniform: Random numbers in 0…1, [count, ``uniformCount(channels:)``].
    ///   - temperature: What logarithms of probabilities are divided by, of shape []: below 1 likely values become likelier.
    func drawn(
        pass: Int, parameters: Tensor, pixel x: Tensor, uniform: Tensor, temperature: Tensor
    ) -> Tensor {
        let channels = x.shape[1]
        let value: Tensor
        switch self {
        case .bernoulli:
            let logit = parameters.slice(pass..<pass + 1, axis: 1)
            let u = uniform.slice(pass..<pass + 1, axis: 1)
            value = (u .< (logit / temperature).sigmoid()).cast(to: .float32)
        case .categorical(let levels):
            let logits = parameters.slice(pass * levels..<(pass + 1) * levels, axis: 1)
            let u = uniform.slice(pass..<pass + 1, axis: 1)
            value = Self.level(logits / temperature, u) * .literal(2 / Float(levels - 1)) - 1
        case .logisticMixture:
            let mixture = DiscretizedLogisticMixture(parameters: parameters, channels: channels)
            let component = Self.level(mixture.logits / temperature, uniform.slice(0..<1, axis: 1))
            return mixture.sample(
                component: component.squeezed(axes: [1]).cast(to: .int32),
                uniform: uniform.slice(1..<channels + 1, axis: 1), temperature: temperature)
        }
        if channels == 1 { return value }
        return select(Tensor.index(along: 1, of: x.shape) .== .literal(Int32(pass)), value, x)
    }

    /// The class at which the distribution function of softmax(logits), [count, classes], passes u, [count, 1], as numbers
    /// of type `float32`, [count, 1].
    static func level(_ logits: Tensor, _ u: Tensor) -> Tensor {
        let passed = (logits.softmax().cumulativeSum(axis: 1) .<= u).cast(to: .float32).sum(
            axes: [1], keepsAxes: true)
        // Rounded, all probabilities together may be a little less than 1.
        return minimum(passed, .literal(Float(logits.shape[1] - 1)))
    }
}
