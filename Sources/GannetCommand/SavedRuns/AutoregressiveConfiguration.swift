import Gannet
import GannetModels

/// What `config.json` says of a model that draws pixel by pixel: the same sizes for all of them.
protocol AutoregressiveConfiguration: ModelConfiguration where Model: AutoregressiveModel {
    /// The features that it has unless the user says otherwise, and its blocks or layers.
    static var defaultSizes: (features: Int, blocks: Int) { get }

    var sizes: AutoregressiveSizes { get }
    init(sizes: AutoregressiveSizes)
}

/// The sizes of a model that draws pixel by pixel.
struct AutoregressiveSizes: Hashable {
    var imageShape: Shape
    var distribution: PixelDistribution
    var features: Int
    var blocks: Int
}

extension AutoregressiveConfiguration {
    static var defaults: TrainingDefaults {
        TrainingDefaults(epochs: 5, batchSize: 32, learningRate: 1e-3, sampleCount: 16)
    }
    static var score: Score? { Score(title: "negative log-likelihood", key: "negativeLogLikelihood") }

    var imageShape: Shape { sizes.imageShape }

    /// Grey pictures are made black and white; colours are told apart in 256 levels.
    init(imageShape: Shape, classes: Int?) throws(TrainingError) {
        let isColored = imageShape[2] > 1
        let (features, blocks) = Self.defaultSizes
        self.init(
            sizes: AutoregressiveSizes(
                imageShape: imageShape, distribution: isColored ? .categorical(levels: 256) : .bernoulli,
                features: features.roundedUp(to: imageShape[2]), blocks: blocks))
    }

    init(_ json: JSON, path: String) throws(TrainingError) {
        let reader = try ConfigurationReader(json, path: path, model: Self.name)
        guard let shape = reader.imageShape, let features = reader.integer("features", in: 1...1024),
            let blocks = reader.integer("blocks", in: 0...100),
            let distribution = json["distribution"]?.stringValue.flatMap(PixelDistribution.init(named:)),
            features.isMultiple(of: distribution.passCount(channels: shape[2])),
            distribution.fits(channels: shape[2])
        else { throw reader.damaged }
        self.init(
            sizes: AutoregressiveSizes(
                imageShape: shape, distribution: distribution, features: features, blocks: blocks))
    }

    var json: [String: JSON] {
        [
            "model": .string(Self.name), "imageShape": .array(imageShape.extents.map { .integer($0) }),
            "distribution": .string(sizes.distribution.name), "features": .integer(sizes.features),
            "blocks": .integer(sizes.blocks),
        ]
    }
}

extension Int {
    fileprivate func roundedUp(to divisor: Int) -> Int { (self + divisor - 1) / divisor * divisor }
}

extension PixelDistribution {
    /// The name in `config.json`: "bernoulli", "categorical-256", "mixture-10".
    fileprivate var name: String {
        switch self {
        case .bernoulli: "bernoulli"
        case .categorical(let levels): "categorical-\(levels)"
        case .logisticMixture(let components): "mixture-\(components)"
        }
    }

    /// The distribution of a name; nil where there is none.
    fileprivate init?(named name: String) {
        let parts = name.split(separator: "-", maxSplits: 1)
        if name == "bernoulli" {
            self = .bernoulli
            return
        }
        guard parts.count == 2, let count = Int(parts[1]) else { return nil }
        switch parts[0] {
        case "categorical" where (2...256).contains(count): self = .categorical(levels: count)
        case "mixture" where (1...100).contains(count): self = .logisticMixture(components: count)
        default: return nil
        }
    }

    /// Whether there is such a distribution of pixels with so many channels.
    fileprivate func fits(channels: Int) -> Bool {
        if case .logisticMixture = self { channels == 1 || channels == 3 } else { true }
    }
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
