import GannetGraph

/// Layers one after another: each is given what the one before has made.
///
/// ```swift
/// let encoder = Sequential {
///     Conv2D(inputs: 1, outputs: 32, kernel: 3, stride: 2, padding: 1, random: &random)
///     BatchNorm(channels: 32)
///     Activation.silu
///     Flatten()
///     Linear(inputs: 14 * 14 * 32, outputs: 10, random: &random)
/// }
/// let y = encoder(x)
/// ```
///
/// In the braces, `if`, `switch` and `for` choose and repeat layers. The path of a layer is its number, from 0 on, as it
/// is in PyTorch: `encoder.1.scale`.
public struct Sequential: LocatedLayer {
    /// The layers, in the order in which they are called.
    public let layers: [any Layer]
    /// What tells this container from others.
    let identity = Identity()

    final class Identity: Sendable {}

    /// Creates a container of the layers that are listed in braces.
    public init(@LayerBuilder _ layers: () throws -> [any Layer]) rethrows { self.layers = try layers() }

    /// Creates a container of some layers.
    public init(_ layers: [any Layer]) { self.layers = layers }

    /// What the last layer makes of what the others have made of `x`; `x` itself where there are none.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        guard let trace = LayerTrace.current else {
            return layers.reduce(x) { $1.output(of: $0, file: file, line: line) }
        }
        return layers.enumerated().reduce(x) { x, element in
            trace.at(ObjectIdentifier(identity), element.offset) {
                element.element.output(of: x, file: file, line: line)
            }
        }
    }
}

/// Makes a list of layers of what stands in the braces of a ``Sequential`` or a ``Residual``.
@resultBuilder
public enum LayerBuilder {
    public static func buildExpression<L: Layer>(_ layer: L) -> [any Layer] { [layer] }
    public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
    public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
    public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
    public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
    public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
    public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}
