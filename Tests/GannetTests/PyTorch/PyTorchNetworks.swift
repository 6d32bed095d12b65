import Gannet

/// The first of the networks of `Fixtures/torch_networks.py`, layer by layer.
struct Pictures: Module {
    let body: Sequential
    let head: Linear

    init() {
        var random = RandomStream(seed: 0)
        body = Sequential {
            Conv2D(inputs: 3, outputs: 8, kernel: 3, stride: 2, padding: 1, bias: false, random: &random)
            BatchNorm(channels: 8)
            Activation.silu
            ConvTranspose2D(inputs: 8, outputs: 6, kernel: 4, stride: 2, padding: 1, random: &random)
            GroupNorm(groups: 2, channels: 6)
            Activation.relu
            SpectralNorm(
                Conv2D(inputs: 6, outputs: 6, kernel: 3, padding: 1, groups: 3, random: &random),
                random: &random)
            MaxPool(window: 2)
            InstanceNorm(channels: 6, isAffine: true)
            Activation.leakyReLU(slope: 0.2)
            Flatten(channelsFirst: true)
        }
        head = Linear(inputs: 96, outputs: 5, random: &random)
    }

    /// Of pictures in PyTorch's layout, [batch, channels, height, width].
    func callAsFunction(_ x: Tensor) -> Tensor { head(body(x.permute(0, 2, 3, 1))) }
}

/// The second of the networks of `Fixtures/torch_networks.py`.
struct Sequences: Module {
    let embedding: Embedding
    let lstm: LSTM
    let norm = LayerNorm(features: 8)
    let attention: MultiHeadAttention
    let gru: GRU
    let cells: Cells
    let output: Linear

    /// A list of two cells of different types.
    struct Cells: Module {
        let lstm: LSTMCell
        let gru: GRUCell
    }

    init() {
        var random = RandomStream(seed: 0)
        embedding = Embedding(count: 11, features: 8, random: &random)
        lstm = LSTM(inputs: 8, units: 8, random: &random)
        attention = MultiHeadAttention(features: 8, heads: 2, random: &random)
        gru = GRU(inputs: 8, units: 6, random: &random)
        cells = Cells(
            lstm: LSTMCell(inputs: 6, units: 6, random: &random),
            gru: GRUCell(inputs: 6, units: 6, random: &random))
        output = Linear(inputs: 6, outputs: 3, random: &random)
    }

    func callAsFunction(_ tokens: Tensor) -> Tensor {
        var h = lstm(embedding(tokens)).outputs
        h = h + attention(norm(h))
        h = gru(h).state
        h = cells.gru(h, cells.lstm(h, cells.lstm.initialState(batch: h.shape[0])).hidden)
        return output(h)
    }

    /// The names that PyTorch's module has for what is called otherwise here.
    static func torchName(_ name: String) -> String {
        for (own, other) in [("cells.lstm.", "cells.0."), ("cells.gru.", "cells.1."), ("output.", "head.")]
        where name.hasPrefix(own) {
            return other + name.dropFirst(own.count)
        }
        return name
    }
}
