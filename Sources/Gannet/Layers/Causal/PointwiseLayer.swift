import GannetGraph

/// A layer that treats each pixel by itself: what it makes of a picture's map [batch, height, width, inputs] it also makes of
/// one pixel's features [batch, inputs].
public protocol PointwiseLayer: CausalLayer {}

extension PointwiseLayer {
    public var keptMaps: [KeptMap] { [] }
    public func startRow(_ row: inout RowReading) {}
    public func pixel(_ x: Tensor, in reading: inout PixelReading) -> Tensor { self(x) }
}

/// A function of the last axis, or of single numbers: a softmax, but no pooling.
extension Activation: PointwiseLayer {}
