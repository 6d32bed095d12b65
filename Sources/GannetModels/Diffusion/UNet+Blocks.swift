import Gannet

extension UNet {
    /// x + f(x, t), with f twice group normalisation, SiLU and a 3 × 3 convolution; the signal of the time step is added
    /// in between. Where the number of features changes, x passes a 1 × 1 convolution.
    struct ResidualBlock: Module {
        private let firstNorm: GroupNorm
        private let firstConvolution: Conv2D
        private let signal: Linear
        private let secondNorm: GroupNorm
        private let dropout: Dropout
        private let secondConvolution: Conv2D
        private let shortcut: Conv2D?

        init(inputs: Int, outputs: Int, _ network: Configuration, random: inout RandomStream) {
            firstNorm = GroupNorm(groups: network.groups, channels: inputs, epsilon: network.epsilon)
            firstConvolution = Conv2D(
                inputs: inputs, outputs: outputs, kernel: 3, padding: 1, random: &random)
            signal = Linear(inputs: 4 * network.features[0], outputs: outputs, random: &random)
            secondNorm = GroupNorm(groups: network.groups, channels: outputs, epsilon: network.epsilon)
            dropout = Dropout(rate: network.dropout)
            secondConvolution = Conv2D(
                inputs: outputs, outputs: outputs, kernel: 3, padding: 1, weights: .zeros, random: &random)
            shortcut =
                inputs == outputs
                ? nil : Conv2D(inputs: inputs, outputs: outputs, kernel: 1, random: &random)
        }

        /// Of pictures [batch, height, width, inputs] and the signal [batch, 4 · features].
        func callAsFunction(_ x: Tensor, _ t: Tensor) -> Tensor {
            var h = firstConvolution(firstNorm(x).silu())
            h = h + signal(t).reshape(t.shape[0], 1, 1, -1)
            h = secondConvolution(dropout(secondNorm(h).silu()))
            return h + (shortcut?(x) ?? x)
        }
    }

    /// x + f(x), with f group normalisation and attention of all pixels to each other (Wang et al., "Non-local Neural Networks",
    /// arXiv:1711.07971).
    struct AttentionBlock: Module {
        private let norm: GroupNorm
        private let queries: Linear
        private let keys: Linear
        private let values: Linear
        private let output: Linear
        private let heads: Int

        init(features: Int, _ network: Configuration, random: inout RandomStream) {
            norm = GroupNorm(groups: network.groups, channels: features, epsilon: network.epsilon)
            queries = Linear(inputs: features, outputs: features, random: &random)
            keys = Linear(inputs: features, outputs: features, random: &random)
            values = Linear(inputs: features, outputs: features, random: &random)
            output = Linear(inputs: features, outputs: features, weights: .zeros, random: &random)
            heads = features / min(network.headFeatures, features)
        }

        /// Of pictures [batch, height, width, features].
        func callAsFunction(_ x: Tensor) -> Tensor {
            let (batch, pixels, features) = (x.shape[0], x.shape[1] * x.shape[2], x.shape[3])
            let normed = norm(x).reshape([batch, pixels, features])
            func split(_ y: Tensor) -> Tensor {
                y.reshape([batch, pixels, heads, features / heads]).permute(0, 2, 1, 3)
            }
            let seen = scaledDotProductAttention(
                queries: split(queries(normed)), keys: split(keys(normed)), values: split(values(normed)))
            return x + output(seen.permute(0, 2, 1, 3).reshape([batch, pixels, features])).reshape(x.shape)
        }
    }
}
