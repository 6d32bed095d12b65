import GannetGraph

/// Images [batch, height, width, channels] enlarged by a whole factor.
public struct Upsample: LocatedLayer {
    /// What lies between the pixels of an image.
    public enum Interpolation: Sendable, Hashable {
        /// Each pixel becomes a square of its copies.
        case nearest
        /// Between the centres of pixels, straight lines along rows and columns.
        case bilinear
    }

    /// The factor that height and width grow by.
    public let factor: Int
    /// What lies between the pixels.
    public let interpolation: Interpolation

    /// Creates a layer; nothing in it is random.
    public init(by factor: Int, _ interpolation: Interpolation = .nearest) {
        if factor < 1 { invalidUse("Upsample", "the factor \(factor) is not positive") }
        self.factor = factor
        self.interpolation = interpolation
    }

    /// The enlarged images.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        switch interpolation {
        case .nearest: traced(x, x.resizedNearest(by: factor, file: file, line: line))
        case .bilinear: traced(x, x.resizedBilinear(by: factor, file: file, line: line))
        }
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
