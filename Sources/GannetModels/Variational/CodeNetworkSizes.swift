import Gannet

/// What the networks of a ``VQVAE`` or of a ``VQVAE2`` are like.
public struct CodeNetworkSizes: Sendable, Hashable {
    /// The features of all layers.
    public var features: Int
    /// How often a picture's sides are halved before the, or the finer, plane of codes.
    public var halvings: Int
    /// The residual blocks of each network.
    public var blocks: Int

    /// Creates the sizes of networks.
    public init(features: Int = 64, halvings: Int = 2, blocks: Int = 2) {
        (self.features, self.halvings, self.blocks) = (features, halvings, blocks)
    }

    /// Why there is no model for pictures of a shape with so many planes of codes; nil if there is.
    public func objection(to imageShape: Shape, levels: Int) -> String? {
        if features < 2 || blocks < 0 || !(1...8).contains(halvings) {
            return "networks of \(features) features and \(blocks) blocks that halve \(halvings) times"
        }
        if imageShape.rank == 3,
            CodeNetworks.sides([imageShape[0], imageShape[1]], halvings: halvings + levels - 1) != nil
        {
            return nil
        }
        return
            "pictures of shape \(imageShape) are not [height, width, channels] with sides that can be halved "
            + "\(halvings + levels - 1) times, both even or both odd each time"
    }
}
