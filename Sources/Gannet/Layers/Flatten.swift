import GannetGraph

/// All axes but the batch's made one: [batch, height, width, channels] becomes [batch, height · width · channels].
///
/// PyTorch keeps channels before rows and columns. A ``Linear`` layer whose weights come from there needs its features in
/// that order, which `channelsFirst` gives.
public struct Flatten: LocatedLayer {
    /// Whether the features are in the order of [batch, channels, height, width].
    public let channelsFirst: Bool

    /// Creates a layer; nothing in it is random.
    public init(channelsFirst: Bool = false) { self.channelsFirst = channelsFirst }

    /// The elements of `x` as [batch, features].
    public func callAsFunction(_ x: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        if x.rank < 1 { invalidUse("Flatten", "\(x.shape) has no batch", file: file, line: line) }
        let features = x.shape.extents.dropFirst().reduce(1, *)
        let order = [0, x.rank - 1] + Array(1..<max(x.rank - 1, 1))
        let ordered = channelsFirst && x.rank > 2 ? x.permute(order: order) : x
        return traced(x, ordered.reshape([x.shape[0], features]))
    }
}
