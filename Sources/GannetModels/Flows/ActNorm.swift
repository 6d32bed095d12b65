import Gannet

/// The activation normalisation of Kingma and Dhariwal, "Glow" (arXiv:1807.03039, section 3.1): y = (x + b) · exp(s) with b and s for each channel,
/// which start so that what the layer makes of the first batch has mean 0 and variance 1; see ``DataDependentFlow``.
public struct ActNorm: InvertibleLayer {
    /// b, [channels].
    public let offset: Parameter
    /// s, [channels].
    public let logScale: Parameter

    /// Creates a layer that is the identity until it is prepared.
    public init(channels: Int) {
        offset = Parameter(Tensor([Float](repeating: 0, count: channels)))
        logScale = Parameter(Tensor([Float](repeating: 0, count: channels)))
    }

    public func transformed(_ x: Tensor) -> (y: Tensor, logDeterminant: Tensor) {
        // Each pixel of a picture is scaled.
        let places = x.shape.extents.dropFirst().dropLast().reduce(1, *)
        let logDeterminant = (.literal(Float(places)) * logScale.value.sum()).broadcast(to: [x.shape[0]])
        return ((x + offset.value) * logScale.value.exp(), logDeterminant)
    }

    public func inverse(_ y: Tensor) -> Tensor { y * (-logScale.value).exp() - offset.value }

    /// Assigns what makes of `x` numbers of mean 0 and variance 1.
    func prepare(with x: Tensor, on device: Device) throws {
        let axes = Array(0..<x.rank - 1)
        let results = try Tensor.evaluate(
            [-x.mean(axes: axes), -0.5 * (x.variance(axes: axes, correction: 0) + 1e-6).log()], on: device)
        offset.assign(results[0])
        logScale.assign(results[1])
    }
}
