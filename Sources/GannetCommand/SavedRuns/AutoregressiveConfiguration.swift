import Gannet
import GannetModels

/// What `config.json` says of a model that draws pixel by pixel: the same sizes for all of them.
protocol AutoregressiveConfiguration: ModelConfiguration {
    /// The features that it has unless the user says otherwise, and its blocks or layers.
    static var defaultSizes: (features: Int, blocks: Int) { get }

    var sizes: AutoregressiveSizes { get }
    init(sizes: AutoregressiveSizes)
}

extension AutoregressiveConfiguration {
    static var defaults: TrainingDefaults {
        TrainingDefaults(epochs: 5, batchSize: 32, learningRate: 1e-3, sampleCount: 16)
    }
    static var score: Score? { Score(title: "negative log-likelihood", key: "negativeLogLikelihood") }

    var imageShape: Shape { sizes.imageShape }

    init(imageShape: Shape, classes: Int?) throws(TrainingError) {
        let (features, blocks) = Self.defaultSizes
        self.init(sizes: AutoregressiveSizes(imageShape: imageShape, features: features, blocks: blocks))
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        self.init(sizes: try AutoregressiveSizes(reader))
    }

    var json: [String: JSON] { sizes.json.merging(["model": .string(Self.name)]) { $1 } }
}

/// A PixelCNN.
struct PixelCNNConfiguration: AutoregressiveConfiguration {
    static let name = "pixelcnn"
    static let title = "a PixelCNN"
    static let longTitle = "a PixelCNN, which draws pictures pixel by pixel"
    static let explanation = """
        The model has a masked 7×7 convolution, 7 residual blocks with 32 features around a 3×3 one, and two 1×1 \
        convolutions, and gives the probability of each pixel given those before it. Grey pictures are made black and \
        white at half the range; colours are told apart in 256 levels. Trained by Adam.
        """
    static let defaultSizes = (features: 32, blocks: 7)

    var sizes: AutoregressiveSizes
    func model(seed: UInt64) -> PixelCNN {
        PixelCNN(
            imageShape: imageShape, distribution: sizes.distribution, features: sizes.features,
            blocks: sizes.blocks, seed: seed)
    }
}

/// A Gated PixelCNN.
struct GatedPixelCNNConfiguration: AutoregressiveConfiguration {
    static let name = "gated-pixelcnn"
    static let title = "a Gated PixelCNN"
    static let longTitle = "a Gated PixelCNN, which draws pictures pixel by pixel and overlooks none"
    static let explanation = """
        The model has two stacks of convolutions, one for the rows above a pixel and one for what is to the left of it, with \
        gated units: 32 features each, a first layer and 5 more. Grey pictures are made black and white at half the range; \
        colours are told apart in 256 levels. Trained by Adam.
        """
    static let defaultSizes = (features: 32, blocks: 5)

    var sizes: AutoregressiveSizes
    func model(seed: UInt64) -> GatedPixelCNN {
        GatedPixelCNN(
            imageShape: imageShape, distribution: sizes.distribution, features: sizes.features,
            blocks: sizes.blocks, seed: seed)
    }
}

/// A PixelRNN of Row LSTMs.
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

/// A PixelRNN of Diagonal BiLSTMs.
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
