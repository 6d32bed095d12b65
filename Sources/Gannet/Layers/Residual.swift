import GannetGraph

/// `y = s(x) + f(x)`: layers f with a way around them, s: He et al., "Deep Residual Learning for Image Recognition"
/// (arXiv:1512.03385), equations 1 and 2.
///
/// - f(x) has the shape of s(x); s is the identity unless a layer is given that brings x to that shape.
///
/// ```swift
/// Residual(shortcut: Conv2D(inputs: 32, outputs: 64, kernel: 1, random: &random)) {
///     Conv2D(inputs: 32, outputs: 64, kernel: 3, padding: 1, random: &random)
///     Activation.relu
///     Conv2D(inputs: 64, outputs: 64, kernel: 3, padding: 1, random: &random)
/// }
/// ```
public struct Residual: LocatedLayer {
    /// f.
    public let body: Sequential
    /// s, or nil for the identity.
    public let shortcut: (any Layer)?

    /// Creates a layer whose f is listed in braces.
    public init(
        shortcut: (any Layer)? = nil, @LayerBuilder _ layers: () throws -> [any Layer]
    ) rethrows {
        body = try Sequential(layers)
        self.shortcut = shortcut
    }

    /// `s(x) + f(x)`.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        let y = body(x, file: file, line: line)
        let around = shortcut?.output(of: x, file: file, line: line) ?? x
        if y.shape != around.shape {
            invalidUse(
                "Residual", "\(y.shape) cannot be added to \(around.shape), which goes around the layers",
                file: file, line: line)
        }
        return around + y
    }
}
