import Gannet
import GannetGraph

extension LayerCase {
    /// A row, at least, for every public layer of `Gannet`.
    public static let all: [LayerCase] =
        dense + convolutions + norms + sequences + recurrentMaps + simple + containers + batches

    /// The names of the layers that have a row.
    public static let layers: Set<String> = Set(all.map(\.layer))

    private static let dense: [LayerCase] = [
        LayerCase { generator, random in
            (Linear(inputs: 5, outputs: 3, random: &random), [generator.floats([2, 5])])
        } _: {
            [$0($1[0])]
        },
        LayerCase("of sequences, without bias") { generator, random in
            (Linear(inputs: 3, outputs: 1, bias: false, random: &random), [generator.floats([2, 3, 3])])
        } _: {
            [$0($1[0]).tanh()]
        },
        LayerCase { generator, random in
            (Embedding(count: 5, features: 3, random: &random), [generator.integers([2, 3], in: 0...4)])
        } _: {
            [$0($1[0]).squared()]
        },
    ]

    /// Those in which the examples of a batch meet.
    private static let batches: [LayerCase] = [
        LayerCase { generator, _ in
            (MinibatchStandardDeviation(), [generator.floats([3, 2, 2, 2])])
        } _: {
            [$0($1[0]).squared()]
        },
        // Distances have kinks.
        LayerCase(order: 1) { generator, random in
            (
                MinibatchDiscrimination(inputs: 3, outputs: 2, dimensions: 2, random: &random),
                [generator.floats([4, 3])]
            )
        } _: {
            [$0($1[0]).squared()]
        },
    ]

    private static let recurrentMaps: [LayerCase] = [
        LayerCase("of two colours") { generator, random in
            (RowLSTM(inputs: 2, units: 2, colors: 2, random: &random), [generator.floats([1, 3, 2, 2])])
        } _: {
            [$0($1[0])]
        },
        LayerCase { generator, random in
            (DiagonalLSTM(inputs: 1, units: 2, random: &random), [generator.floats([1, 2, 3, 1])])
        } _: {
            [$0($1[0])]
        },
        LayerCase { generator, random in
            (DiagonalBiLSTM(inputs: 1, units: 1, random: &random), [generator.floats([1, 3, 2, 1])])
        } _: {
            [$0($1[0])]
        },
    ]

    private static let convolutions: [LayerCase] = [
        LayerCase { generator, random in
            (
                Conv2D(inputs: 2, outputs: 3, kernel: 3, stride: 2, padding: 1, random: &random),
                [generator.floats([2, 5, 4, 2])]
            )
        } _: {
            [$0($1[0])]
        },
        LayerCase("dilated, in groups") { generator, random in
            (
                Conv2D(
                    inputs: 4, outputs: 2, kernel: 2, dilation: 2, groups: 2, bias: false, random: &random),
                [generator.floats([1, 4, 5, 4])]
            )
        } _: {
            [$0($1[0]).tanh()]
        },
        LayerCase { generator, random in
            (
                ConvTranspose2D(
                    inputs: 3, outputs: 2, kernel: 3, stride: 2, padding: 1, outputPadding: 1, random: &random
                ),
                [generator.floats([1, 3, 2, 3])]
            )
        } _: {
            [$0($1[0])]
        },
        LayerCase { generator, random in
            (
                MaskedConv2D(inputs: 2, outputs: 4, kernel: 3, type: .a, colors: 2, random: &random),
                [generator.floats([1, 4, 3, 2])]
            )
        } _: {
            [$0($1[0]).tanh()]
        },
    ]

    private static let simple: [LayerCase] = [
        LayerCase { generator, _ in
            (Activation.silu, [generator.floats([2, 3])])
        } _: {
            [$0($1[0])]
        },
        LayerCase { generator, _ in
            (Flatten(channelsFirst: true), [generator.floats([2, 2, 1, 3])])
        } _: {
            [$0($1[0]).tanh()]
        },
        LayerCase { generator, _ in
            (MaxPool(window: 2), [generator.floats([1, 4, 4, 2])])
        } _: {
            [$0($1[0]).tanh()]
        },
        LayerCase { generator, _ in
            (AveragePool(window: 3, stride: 2, padding: 1), [generator.floats([1, 4, 5, 2])])
        } _: {
            [$0($1[0]).tanh()]
        },
        LayerCase { generator, _ in
            (Upsample(by: 2), [generator.floats([1, 2, 3, 2])])
        } _: {
            [$0($1[0]).tanh()]
        },
        LayerCase { generator, _ in
            (Downsample(by: 2), [generator.floats([1, 4, 4, 2])])
        } _: {
            [$0($1[0]).tanh()]
        },
        LayerCase("in training") { generator, _ in
            (Dropout(rate: 0.4), [generator.floats([3, 4])])
        } _: {
            layer, x in
            var stream = RandomStream(seed: 5)
            return RandomStream.with(&stream) { ModelMode.with(.training) { [layer(x[0]).tanh()] } }
        },
    ]

    private static let containers: [LayerCase] = [
        LayerCase { generator, random in
            let layers = Sequential {
                Linear(inputs: 3, outputs: 4, random: &random)
                Activation.tanh
                Linear(inputs: 4, outputs: 2, random: &random)
            }
            return (layers, [generator.floats([2, 3])])
        } _: {
            [$0($1[0])]
        },
        LayerCase { generator, random in
            (Residual { Linear(inputs: 3, outputs: 3, random: &random) }, [generator.floats([2, 3])])
        } _: {
            [$0($1[0]).tanh()]
        },
        LayerCase { generator, random in
            let layer = Linear(inputs: 3, outputs: 2, random: &random)
            return (SpectralNorm(layer, random: &random), [generator.floats([2, 3])])
        } _: {
            [$0($1[0]).tanh()]
        },
    ]

    // The sum of the squares of what is normalised hardly depends on anything: a function comes after.
    private static let norms: [LayerCase] = [
        LayerCase("in training") { generator, _ in
            (BatchNorm(channels: 3), [generator.floats([3, 2, 3])])
        } _: { layer, x in
            ModelMode.with(.training) { [layer(x[0]).tanh()] }
        },
        LayerCase("in evaluation") { generator, _ in
            (BatchNorm(channels: 3), [generator.floats([3, 2, 3])])
        } _: { layer, x in
            ModelMode.with(.evaluation) { [layer(x[0]).tanh()] }
        },
        LayerCase { generator, _ in
            (LayerNorm(features: 4), [generator.floats([3, 4])])
        } _: {
            [$0($1[0]).tanh()]
        },
        LayerCase { generator, _ in
            (InstanceNorm(channels: 2, isAffine: true), [generator.floats([2, 3, 2])])
        } _: {
            [$0($1[0]).tanh()]
        },
        LayerCase { generator, _ in
            (GroupNorm(groups: 2, channels: 4), [generator.floats([2, 3, 4])])
        } _: {
            [$0($1[0]).tanh()]
        },
    ]

    private static let sequences: [LayerCase] = [
        LayerCase { generator, random in
            (
                GRUCell(inputs: 3, units: 2, random: &random),
                [generator.floats([2, 3]), generator.floats([2, 2])]
            )
        } _: {
            [$0($1[0], $1[1])]
        },
        LayerCase { generator, random in
            (GRU(inputs: 3, units: 2, random: &random), [generator.floats([2, 3, 3])])
        } _: {
            [$0($1[0]).outputs]
        },
        LayerCase { generator, random in
            (
                MultiHeadAttention(features: 4, heads: 2, random: &random),
                [generator.floats([2, 3, 4], in: -1...1)]
            )
        } _: {
            [$0($1[0], isCausal: true)]
        },
        LayerCase { generator, _ in
            (SinusoidalEmbedding(features: 4), [generator.floats([3], in: 0...3)])
        } _: {
            [$0($1[0])]
        },
        LayerCase { generator, random in
            (
                LSTMCell(inputs: 3, units: 2, random: &random),
                [generator.floats([2, 3]), generator.floats([2, 2]), generator.floats([2, 2])]
            )
        } _: { layer, x in
            let state = layer(x[0], LSTMCell.State(hidden: x[1], cell: x[2]))
            return [state.hidden, state.cell]
        },
        LayerCase { generator, random in
            (LSTM(inputs: 3, units: 2, random: &random), [generator.floats([2, 4, 3])])
        } _: { layer, x in
            let result = layer(x[0])
            return [result.outputs, result.state.cell]
        },
    ]
}
