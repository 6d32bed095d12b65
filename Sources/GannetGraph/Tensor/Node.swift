/// One operation of a graph, with its operands. Immutable; shared by all who build on it.
public final class Node: Sendable {
    /// What the node computes.
    public let operation: Operation
    /// The shape of the result.
    public let shape: Shape
    /// The type of the result's elements.
    public let scalarType: ScalarType

    /// Changed only in `deinit`, of this node or of the single holder of this node.
    nonisolated(unsafe) private var operands: [Tensor]

    /// The operands.
    public var inputs: [Tensor] { operands }

    /// Creates a node whose shape and type were inferred already.
    package init(_ operation: Operation, _ inputs: [Tensor], shape: Shape, scalarType: ScalarType) {
        self.operation = operation
        self.operands = inputs
        self.shape = shape
        self.scalarType = scalarType
    }

    /// Releases the operands in a loop: a chain of some 20,000 nodes released recursively overflows the stack.
    deinit {
        var pending: [Tensor] = []
        swap(&pending, &operands)
        while var tensor = pending.popLast() {
            if isKnownUniquelyReferenced(&tensor.node), !tensor.node.operands.isEmpty {
                pending.append(contentsOf: tensor.node.operands)
                tensor.node.operands = []
            }
        }
    }
}
