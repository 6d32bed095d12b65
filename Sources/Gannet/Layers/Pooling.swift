import GannetGraph

/// The largest pixel of each window, as a layer; see ``GannetGraph/Tensor/maxPooled(window:stride:padding:file:line:)``.
///
/// - `x` is [batch, height, width, channels], `y` is [batch, height′, width′, channels], with
///   height′ = ⌊(height + 2 · padding − window) / stride⌋ + 1.
public struct MaxPool: LocatedLayer {
    /// The height and the width of the window.
    public let window: Int
    /// From one window to the next.
    public let stride: Int
    /// The pixels of −∞ around the image.
    public let padding: Int

    /// Creates a layer; the stride is the window's size unless it is given.
    public init(window: Int, stride: Int? = nil, padding: Int = 0) {
        self.window = window
        self.stride = stride ?? window
        self.padding = padding
    }

    /// The largest pixels of `x`.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        traced(x, x.maxPooled(window: window, stride: stride, padding: padding, file: file, line: line))
    }
}

/// The mean of each window, as a layer; see ``GannetGraph/Tensor/averagePooled(window:stride:padding:file:line:)``.
///
/// Shapes are those of ``MaxPool``.
public struct AveragePool: LocatedLayer {
    /// The height and the width of the window.
    public let window: Int
    /// From one window to the next.
    public let stride: Int
    /// The pixels of 0 around the image, which count.
    public let padding: Int

    /// Creates a layer; the stride is the window's size unless it is given.
    public init(window: Int, stride: Int? = nil, padding: Int = 0) {
        self.window = window
        self.stride = stride ?? window
        self.padding = padding
    }

    /// The means of `x`.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        traced(x, x.averagePooled(window: window, stride: stride, padding: padding, file: file, line: line))
    }
}
