import GannetGraph

/// A module that makes one tensor of another, and so can be a part of a ``Sequential``.
///
/// ```swift
/// struct Block: Layer {
///     let first: Conv2D
///     let second: Conv2D
///
///     func callAsFunction(_ x: Tensor) -> Tensor { x + second(first(x).relu()) }
/// }
/// ```
public protocol Layer: Module {
    /// What the layer makes of `x`.
    func callAsFunction(_ x: Tensor) -> Tensor
}

/// A layer that names its caller's file and line when it is misused, as all layers of the library do.
public protocol LocatedLayer: Layer {
    /// What the layer makes of `x`.
    ///
    /// - Parameters:
    ///   - x: What goes in.
    ///   - file: Where the layer is called; by default, where the call stands.
    ///   - line: Where the layer is called.
    func callAsFunction(_ x: Tensor, file: StaticString, line: UInt) -> Tensor
}

extension LocatedLayer {
    @_disfavoredOverload
    public func callAsFunction(_ x: Tensor) -> Tensor { self(x, file: #fileID, line: #line) }
}

extension Layer {
    /// What the layer makes of `x`, which somebody gave to a container of it in line `line` of `file`.
    func output(of x: Tensor, file: StaticString, line: UInt) -> Tensor {
        if let located = self as? any LocatedLayer { return located(x, file: file, line: line) }
        return self(x)
    }
}

/// A layer that is linear in its ``weight``, which another tensor of the same shape can stand in for: one that is made
/// of it, as ``SpectralNorm`` does.
public protocol WeightedLayer: LocatedLayer {
    /// The weight.
    var weight: Parameter { get }

    /// The axis of the weight that numbers what comes out; the last one unless the layer says otherwise.
    var outputAxis: Int { get }

    /// What the layer makes of `x` with `weight` in the place of its own.
    func output(of x: Tensor, weight: Tensor, file: StaticString, line: UInt) -> Tensor
}

extension WeightedLayer {
    public var outputAxis: Int { weight.shape.rank - 1 }

    /// What the layer makes of `x`.
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        traced(x, output(of: x, weight: weight.value, file: file, line: line))
    }
}
