import Gannet
import GannetGraph

extension LayerCase {
    /// A row, at least, for every public layer of `Gannet`.
    public static let all: [LayerCase] = dense + convolutions + norms + sequences

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
            (GroupNorm(groups: 2, channels: 4), [generator.floats([2, 3, 4])])
        } _: {
            [$0($1[0]).tanh()]
        },
    ]

    private static let sequences: [LayerCase] = [
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
