import GannetGraph

/// In training, each element becomes 0 with probability p, and the others are divided by 1 − p; otherwise the identity:
/// Srivastava et al., "Dropout" (JMLR 15, 2014), in the form that scales while training.
///
/// Which elements are dropped follows from the current ``GannetGraph/RandomStream``, in an update that of the optimizer,
/// and so from its seed. In the body of a loop the same elements are dropped in every iteration (Gal and Ghahramani,
/// arXiv:1512.05287).
public struct Dropout: LocatedLayer {
    /// The probability p that an element is dropped, in 0…1.
    public let rate: Float
    /// Whether whole channels of [batch, …, channels] are dropped, as in PyTorch's `Dropout2d`.
    public let dropsChannels: Bool
    /// Whether elements are dropped in evaluation, too, where the layer is a model's source of chance (Isola et al., arXiv:1611.07004, section
    /// 3.2).
    public let dropsAlways: Bool

    /// Creates a layer.
    public init(rate: Float = 0.5, dropsChannels: Bool = false, dropsAlways: Bool = false) {
        if !(0...1).contains(rate) { invalidUse("Dropout", "the rate \(rate) is no probability") }
        self.rate = rate
        self.dropsChannels = dropsChannels
        self.dropsAlways = dropsAlways
    }

    /// `x`, in training without the elements that are dropped.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        traced(
            x,
            x.droppingOut(
                rate: rate, channels: dropsChannels, always: dropsAlways, file: file, line: line))
    }
}

extension Tensor {
    /// See ``Dropout``.
    func droppingOut(
        rate: Float, channels: Bool = false, always: Bool = false, file: StaticString, line: UInt
    ) -> Tensor {
        if rate == 0 || ModelMode.current == .evaluation && !always { return self }
        if rate == 1 { return .zeros(shape) }
        var extents = shape.extents
        if channels {
            if rank < 2 {
                invalidUse("Dropout", "\(shape) is not [batch, …, channels]", file: file, line: line)
            }
            for axis in 1..<rank - 1 { extents[axis] = 1 }
        }
        let draw = RandomStream.withCurrent(file: file, line: line) { $0.uniform(Shape(extents)) }
        return select(draw .< .literal(rate), 0, self / .literal(1 - rate))
    }
}
