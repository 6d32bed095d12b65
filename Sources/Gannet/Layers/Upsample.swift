import GannetGraph

/// Images [batch, height, width, channels] enlarged by a whole factor.
public struct Upsample: LocatedLayer {
    /// The factor that height and width grow by.
    public let factor: Int

    /// Creates a layer; nothing in it is random.
    public init(by factor: Int) {
        if factor < 1 { invalidUse("Upsample", "the factor \(factor) is not positive") }
        self.factor = factor
    }

    /// The enlarged images: each pixel becomes a square of its copies.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        traced(x, x.resizedNearest(by: factor, file: file, line: line))
    }
}

/// Images [batch, height, width, channels] made smaller by a whole factor: the mean of each square of pixels.
///
/// What is left at the end, where the factor does not divide a side, is not looked at.
public struct Downsample: LocatedLayer {
    /// The factor that height and width shrink by.
    public let factor: Int

    /// Creates a layer; nothing in it is random.
    public init(by factor: Int) {
        if factor < 1 { invalidUse("Downsample", "the factor \(factor) is not positive") }
        self.factor = factor
    }

    /// The smaller images.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        traced(x, x.averagePooled(window: factor, file: file, line: line))
    }
}
