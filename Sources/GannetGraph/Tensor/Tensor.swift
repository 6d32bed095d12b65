/// An array of numbers that is known by how it is computed: a handle on a node of a graph.
///
/// A tensor has a shape and a scalar type and no device; building one computes nothing. It is evaluated when a
/// value is read from it, on the device named there. Tensors are values and can be shared between threads.
public struct Tensor: Sendable {
    /// The node that computes this tensor.
    public package(set) var node: Node

    /// A handle on `node`.
    public init(_ node: Node) { self.node = node }

    /// The extents, outermost first.
    public var shape: Shape { node.shape }

    /// The type of the elements.
    public var scalarType: ScalarType { node.scalarType }

    /// The number of axes.
    public var rank: Int { shape.rank }

    /// The number of elements.
    public var count: Int { shape.count }
}

extension Tensor: Equatable, Hashable {
    /// Whether both are the same node of a graph. It says nothing of values, which `.==` compares.
    public static func == (a: Tensor, b: Tensor) -> Bool { a.node === b.node }

    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(node)) }
}
