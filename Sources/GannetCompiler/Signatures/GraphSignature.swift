import GannetGraph

/// The structure of a graph, by which compiled programs are found again.
///
/// Two graphs have the same signature exactly when they differ in nothing but the values of their leaves.
public struct GraphSignature: Hashable, Sendable {
    /// The nodes in topological order, each encoded with the numbers of its operands, then the roots.
    public let words: [Int]
    /// Whether there are gradients given by users, which are closures and so not part of the structure.
    public let hasCustomGradients: Bool

    /// The signature of the graph of `roots`, and its leaves in the order in which a program takes them.
    public static func of(_ roots: [Tensor]) -> (signature: GraphSignature, leaves: [Node]) {
        let order = Node.topologicalOrder(of: roots)
        var words: [Int] = []
        words.reserveCapacity(order.count * 12)
        var numbers = [ObjectIdentifier: Int](minimumCapacity: order.count)
        var leaves: [Node] = []
        var hasCustomGradients = false
        for (number, node) in order.enumerated() {
            switch node.operation {
            case .leaf: leaves.append(node)
            case .customGradient(let custom) where custom.structure == nil: hasCustomGradients = true
            case .loop(let loop) where loop.hasCustomGradients: hasCustomGradients = true
            default: break
            }
            node.encode(into: &words) { numbers[ObjectIdentifier($0)]! }
            numbers[ObjectIdentifier(node)] = number
        }
        words.append(-1)
        for root in roots { words.append(numbers[ObjectIdentifier(root.node)]!) }
        return (GraphSignature(words: words, hasCustomGradients: hasCustomGradients), leaves)
    }
}

extension Loop {
    /// Whether there are gradients given by users in the body.
    fileprivate var hasCustomGradients: Bool {
        Node.topologicalOrder(of: results).contains { node in
            switch node.operation {
            case .customGradient(let custom): custom.structure == nil
            case .loop(let inner): inner.hasCustomGradients
            default: false
            }
        }
    }
}
