import Gannet
import GannetGraph

extension GradientCase {
    /// Layers and functions of several primitives that are easily wrong together.
    static let layers: [GradientCase] = [
        GradientCase(
            "attention with a mask and a row that sees nothing", [[3, 2], [4, 2], [4, 3]], in: -1...1
        ) {
            let seen = [true, false, true, true, false, false, false, false, true, true, true, false]
            return scaledDotProductAttention(
                queries: $0[0], keys: $0[1], values: $0[2], mask: Tensor(seen, shape: [3, 4]))
        },
        GradientCase("causal attention of two heads", [[2, 3, 4]], in: -1...1) { inputs in
            var random = RandomStream(seed: 8)
            return MultiHeadAttention(features: 4, heads: 2, random: &random)(inputs[0], isCausal: true)
        },
        GradientCase("gated recurrent units", [[2, 3, 2], [2, 3]], in: -1...1) { inputs in
            var random = RandomStream(seed: 9)
            return GRU(inputs: 2, units: 3, random: &random)(inputs[0], initial: inputs[1]).outputs
        },
        // The sum of the squares of what is normalised is almost constant: weights keep its gradients from vanishing.
        GradientCase("layer normalisation", [[3, 4], [4]]) { LayerNorm(features: 4)($0[0]) * $0[1] },
        GradientCase("instance normalisation", [[2, 4, 3], [4, 1]]) {
            InstanceNorm(channels: 3)($0[0]) * $0[1]
        },
    ]
}
