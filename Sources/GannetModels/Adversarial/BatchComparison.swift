import Gannet

/// What a discriminator sees of how the pictures of a batch differ, so that it knows made ones that are all alike.
///
/// A batch is to hold pictures of one kind. With a ``CriticPenalty`` the slope at a picture is then also that of the others' scores, as in
/// Karras et al., arXiv:1710.10196.
public enum BatchComparison: String, Sendable, Hashable, CaseIterable {
    /// Nothing.
    case none
    /// ``MinibatchStandardDeviation``: one number for the batch.
    case deviation
    /// ``MinibatchDiscrimination``: 16 numbers for each picture.
    case discrimination

    /// What adds that to features [batch, inputs], and how many there are then.
    func layers(inputs: Int, random: inout RandomStream) -> (layers: [any Layer], outputs: Int) {
        switch self {
        case .none: return ([], inputs)
        case .deviation: return ([MinibatchStandardDeviation()], inputs + 1)
        case .discrimination:
            let layer = MinibatchDiscrimination(inputs: inputs, outputs: 16, random: &random)
            return ([layer], inputs + layer.outputs)
        }
    }
}
