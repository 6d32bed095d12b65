import Gannet

extension Misuse {
    /// Layers that cannot be, and inputs that they cannot take.
    static let layers: [Misuse] = [
        Misuse("features of another number", "Linear", ["[2, 4]", "3"]) {
            var random = RandomStream(seed: 1)
            _ = Linear(inputs: 3, outputs: 2, random: &random)(.some(2, 4))
        },
        Misuse("images of other channels", "convolved(with:)", ["[1, 5, 5, 4]", "[3, 3, 3, 8]"]) {
            var random = RandomStream(seed: 1)
            _ = Conv2D(inputs: 3, outputs: 8, kernel: 3, random: &random)(.some(1, 5, 5, 4))
        },
        Misuse(
            "images of other channels, transposed", "transposeConvolved(with:)",
            ["[1, 5, 5, 4]", "[3, 3, 8, 3]"]
        ) {
            var random = RandomStream(seed: 1)
            _ = ConvTranspose2D(inputs: 3, outputs: 8, kernel: 3, random: &random)(.some(1, 5, 5, 4))
        },
        Misuse("images of other channels, masked", "convolved(with:)", ["[1, 5, 5, 4]", "[3, 3, 3, 8]"]) {
            var random = RandomStream(seed: 1)
            _ = MaskedConv2D(inputs: 3, outputs: 8, kernel: 3, type: .a, random: &random)(.some(1, 5, 5, 4))
        },
        Misuse("batch norm of other channels", "BatchNorm", ["[2, 4]", "3"]) {
            _ = BatchNorm(channels: 3)(.some(2, 4))
        },
        Misuse("group norm of other channels", "GroupNorm", ["[2, 4]", "6"]) {
            _ = GroupNorm(groups: 2, channels: 6)(.some(2, 4))
        },
        Misuse("numbers that are floats", "gathered(at:)", ["[5, 3]", "float32", "[2]"]) {
            var random = RandomStream(seed: 1)
            _ = Embedding(count: 5, features: 3, random: &random)(.some(2))
        },
        Misuse("sequences of other features", "LSTM", ["[2, 4, 5]", "3"]) {
            var random = RandomStream(seed: 1)
            _ = LSTM(inputs: 3, units: 2, random: &random)(.some(2, 4, 5))
        },
        Misuse("a state of another batch", "LSTMCell", ["[4, 2]", "[1, 2]"]) {
            var random = RandomStream(seed: 1)
            let cell = LSTMCell(inputs: 3, units: 2, random: &random)
            _ = cell(.some(1, 3), LSTMCell.State(hidden: .some(4, 2), cell: .some(4, 2)))
        },
        Misuse("layer norm of other features", "LayerNorm", ["[2, 4]", "3"]) {
            _ = LayerNorm(features: 3)(.some(2, 4))
        },
        Misuse("instance norm of other channels", "InstanceNorm", ["[2, 5, 4]", "3"]) {
            _ = InstanceNorm(channels: 3)(.some(2, 5, 4))
        },
        Misuse("gated sequences of other features", "GRU", ["[2, 4, 5]", "3"]) {
            var random = RandomStream(seed: 1)
            _ = GRU(inputs: 3, units: 2, random: &random)(.some(2, 4, 5))
        },
        Misuse("a gated state of another batch", "GRUCell", ["[4, 2]", "[1, 2]"]) {
            var random = RandomStream(seed: 1)
            _ = GRUCell(inputs: 3, units: 2, random: &random)(.some(1, 3), .some(4, 2))
        },
        Misuse("attention to other features", "MultiHeadAttention", ["[1, 5, 6]", "4"]) {
            var random = RandomStream(seed: 1)
            _ = MultiHeadAttention(features: 4, heads: 2, random: &random)(.some(1, 5, 6))
        },
        Misuse("a way around of another shape", "Residual", ["[2, 4]", "[2, 3]"]) {
            var random = RandomStream(seed: 1)
            _ = Residual { Linear(inputs: 3, outputs: 4, random: &random) }(.some(2, 3))
        },
        Misuse("regression to another shape", "squaredError(predictions:targets:)", ["[2, 3]", "[2, 4]"]) {
            _ = squaredError(predictions: .some(2, 3), targets: .some(2, 4))
        },
        Misuse(anywhere: "a layer without inputs", "Linear", ["0 inputs", "2"]) {
            var random = RandomStream(seed: 1)
            _ = Linear(inputs: 0, outputs: 2, random: &random)
        },
        Misuse(anywhere: "channels that do not divide into groups", "Conv2D", ["3 channels", "2", "groups"]) {
            var random = RandomStream(seed: 1)
            _ = Conv2D(inputs: 3, outputs: 4, kernel: 3, groups: 2, random: &random)
        },
        Misuse(
            anywhere: "transposed channels that do not divide", "ConvTranspose2D",
            ["4 channels", "3", "groups"]
        ) {
            var random = RandomStream(seed: 1)
            _ = ConvTranspose2D(inputs: 4, outputs: 6, kernel: 3, groups: 3, random: &random)
        },
        Misuse(anywhere: "a mask around no pixel", "MaskedConv2D", ["4 × 4", "odd"]) {
            var random = RandomStream(seed: 1)
            _ = MaskedConv2D(inputs: 1, outputs: 4, kernel: 4, type: .a, random: &random)
        },
        Misuse(anywhere: "groups that do not divide", "GroupNorm", ["5 channels", "2 groups"]) {
            _ = GroupNorm(groups: 2, channels: 5)
        },
        Misuse(anywhere: "a norm of nothing", "BatchNorm", ["0 channels"]) { _ = BatchNorm(channels: 0) },
        Misuse(anywhere: "an empty table", "Embedding", ["0 vectors"]) {
            var random = RandomStream(seed: 1)
            _ = Embedding(count: 0, features: 3, random: &random)
        },
        Misuse("targets of another shape", "binaryCrossEntropy(logits:targets:)", ["[2, 3]", "[2, 4]"]) {
            _ = binaryCrossEntropy(logits: .some(2, 3), targets: .some(2, 4))
        },
        Misuse("variances of another shape", "gaussianKL(mean:logVariance:)", ["[2, 3]", "[2, 4]"]) {
            _ = gaussianKL(mean: .some(2, 3), logVariance: .some(2, 4))
        },
    ]
}
