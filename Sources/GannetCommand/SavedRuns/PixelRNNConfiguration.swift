import Gannet
import GannetModels

/// What `config.json` says of a PixelRNN of Row LSTMs.
struct RowPixelRNNConfiguration: AutoregressiveConfiguration {
    static let name = "pixelrnn-row"
    static let title = "a PixelRNN with Row LSTMs"
    static let longTitle = "a PixelRNN with Row LSTMs, which reads pictures row by row"
    static let explanation = """
        The model has a masked 7×7 convolution, 2 layers of the Row LSTM with 16 units, and two 1×1 convolutions. Grey pictures \
        are made black and white at half the range; colours are told apart in 256 levels. Trained by Adam.
        """
    static let defaultSizes = (features: 16, blocks: 2)

    var sizes: AutoregressiveSizes
    func model(seed: UInt64) -> PixelRNN {
        PixelRNN(
            .row, imageShape: imageShape, distribution: sizes.distribution, features: sizes.features,
            layers: sizes.blocks, seed: seed)
    }
}

/// What `config.json` says of a PixelRNN of Diagonal BiLSTMs.
struct DiagonalPixelRNNConfiguration: AutoregressiveConfiguration {
    static let name = "pixelrnn-diagonal"
    static let title = "a PixelRNN with Diagonal BiLSTMs"
    static let longTitle = "a PixelRNN with Diagonal BiLSTMs, which reads pictures along their diagonals"
    static let explanation = """
        The model has a masked 7×7 convolution, a layer of the Diagonal BiLSTM with 16 units, and two 1×1 convolutions. Grey \
        pictures are made black and white at half the range; colours are told apart in 256 levels. Trained by Adam.
        """
    static let defaultSizes = (features: 16, blocks: 1)

    var sizes: AutoregressiveSizes
    func model(seed: UInt64) -> PixelRNN {
        PixelRNN(
            .diagonal, imageShape: imageShape, distribution: sizes.distribution, features: sizes.features,
            layers: sizes.blocks, seed: seed)
    }
}
