import Gannet

/// The network of "Denoising Diffusion Probabilistic Models" (Ho, Jain and Abbeel, arXiv:2006.11239, appendix B): a U-Net
/// (Ronneberger et al., arXiv:1505.04597) of residual blocks, each of which is told the time step, with attention at some of its
/// resolutions.
///
/// - `x` and the result are [batch, height, width, channels], the time steps and classes `int32` [batch].
///
/// Levels have half the resolution of the one before, rounded up. On the way up a level has one block more than on the way down, and
/// each sees what one on the way down has made, the last first. With ``Configuration/patch`` the first level is that much coarser
/// than the pictures (Hoogeboom, Heek and Salimans, "simple diffusion", arXiv:2301.11093, section 3.3). With patches of one pixel it is
/// diffusers' `UNet2DModel`, whose weights it takes; see ``load(diffusers:)``.
public struct UNet: Module {
    /// How large a network is, and of what.
    public struct Configuration: Sendable, Hashable {
        /// The channels of the pictures.
        public var channels: Int
        /// The channels of the results; as many as the pictures' unless it is said.
        public var outputs: Int
        /// The sides of the squares of pixels that the network takes as one place, with all their channels: 1 for pixels.
        public var patch = 1
        /// The features of each level, from that of the patches down: multiples of ``groups``.
        public var features: [Int]
        /// The blocks of a level on the way down.
        public var blocks = 2
        /// The levels, from 0, with attention behind each block.
        public var attentionLevels: Set<Int> = []
        /// Whether there is attention between the two blocks in the middle.
        public var hasMiddleAttention = true
        /// The features of a head of the attention; a level that has fewer has one head.
        public var headFeatures = 8
        /// The groups that features are normalised in. A group must hold several, else the normalisation takes away what a block is
        /// told of the time step.
        public var groups: Int
        /// What keeps the normalisation finite.
        public var epsilon: Float = 1e-5
        /// The share of features that blocks drop in training.
        public var dropout: Float = 0
        /// How many classes the network is told one of; nil where none.
        public var classes: Int?
        /// Which feature of the time step's embedding is which wave, and how far the last frequency is from the end of the range.
        public var waveOrder: SinusoidalEmbedding.Order = .sinesFirst
        public var waveShift = 1
        /// Whether the strided convolutions between levels see a row and a column more before the picture, as well as behind it.
        public var padsEvenly = true

        /// A network for pictures of so many channels, whose features are normalised in up to 32 groups of at least 4.
        public init(channels: Int, outputs: Int? = nil, features: [Int]) {
            (self.channels, self.outputs, self.features) = (channels, outputs ?? channels, features)
            groups =
                [32, 16, 8, 4, 2].first { groups in
                    features.allSatisfy { $0.isMultiple(of: groups) && $0 / groups >= 4 }
                } ?? 1
        }

        /// Why there is no such network for pictures of a shape; nil if there is.
        public func objection(to imageShape: Shape) -> String? {
            if imageShape.rank != 3 || imageShape[2] != channels {
                return "pictures of shape \(imageShape) are not [height, width, \(channels)]"
            }
            if let objection { return objection }
            let sides = [imageShape[0], imageShape[1]]
            if sides.contains(where: { !$0.isMultiple(of: patch) }) {
                return "pictures of shape \(imageShape) are not made of patches of \(patch) × \(patch) pixels"
            }
            let factor = 1 << (features.count - 1)
            if sides.contains(where: { $0 < factor * patch }) {
                return
                    "\(features.count) levels are for pictures with sides of at least \(factor * patch), and these are of shape "
                    + "\(imageShape)"
            }
            if !padsEvenly, sides.contains(where: { !$0.isMultiple(of: factor * patch) }) {
                return
                    "without a row before the picture \(features.count) levels are for sides that are multiples of "
                    + "\(factor * patch), and these are of shape \(imageShape)"
            }
            return nil
        }

        /// Why there is no such network; nil if there is.
        var objection: String? {
            if channels < 1 || outputs < 1 || features.isEmpty || features.count > 16 || blocks < 1 {
                return "\(channels) channels, \(features.count) levels and \(blocks) blocks make no network"
            }
            if !(1...256).contains(patch) { return "patches of \(patch) × \(patch) pixels" }
            if groups < 1 || features.contains(where: { $0 < 2 || !$0.isMultiple(of: groups) }) {
                return "\(features) features are not in \(groups) groups each"
            }
            if headFeatures < 1
                || features.contains(where: { !$0.isMultiple(of: min(headFeatures, $0)) })
            {
                return "\(features) features are not heads of \(headFeatures)"
            }
            if let classes, classes < 1 { return "\(classes) classes" }
            return nil
        }
    }

    /// The blocks of a resolution, each with attention or all without, and the way to the next.
    private struct Level: Module {
        let blocks: [ResidualBlock]
        let attentions: [AttentionBlock]
        let resampling: Conv2D?

        func callAsFunction(_ number: Int, _ x: Tensor, _ signal: Tensor) -> Tensor {
            let y = blocks[number](x, signal)
            return attentions.isEmpty ? y : attentions[number](y)
        }
    }

    /// How large it is, and of what.
    public let configuration: Configuration
    private let embedding: TimeEmbedding
    private let first: Conv2D
    private let down: [Level]
    private let middle: [ResidualBlock]
    private let middleAttention: AttentionBlock?
    /// From the coarsest level up.
    private let up: [Level]
    private let norm: GroupNorm
    private let last: Conv2D

    /// How many classes it is told one of; nil where none.
    public var classCount: Int? { configuration.classes }

    /// Creates a network whose initial values are drawn from `random`. As in the paper's code, the last convolution of each block
    /// and of the network, and what attention adds, start at 0.
    public init(_ configuration: Configuration, random: inout RandomStream) {
        if let objection = configuration.objection { invalidUse("UNet", objection) }
        self.configuration = configuration
        let features = configuration.features
        let (top, bottom) = (features[0], features[features.count - 1])
        embedding = TimeEmbedding(
            SinusoidalEmbedding(
                features: top, shift: configuration.waveShift, order: configuration.waveOrder),
            outputs: 4 * top, classes: configuration.classes, random: &random)
        let pixels = configuration.patch * configuration.patch
        first = Conv2D(
            inputs: pixels * configuration.channels, outputs: top, kernel: 3, padding: 1, random: &random)
        func block(_ inputs: Int, _ outputs: Int) -> ResidualBlock {
            ResidualBlock(inputs: inputs, outputs: outputs, configuration, random: &random)
        }
        func attention(_ features: Int) -> AttentionBlock {
            AttentionBlock(features: features, configuration, random: &random)
        }
        // What is made on the way down, and seen on the way up.
        var seen = [top]
        var inputs = top
        down = features.enumerated().map { number, outputs in
            var blocks: [ResidualBlock] = []
            var attentions: [AttentionBlock] = []
            for _ in 0..<configuration.blocks {
                blocks.append(block(inputs, outputs))
                if configuration.attentionLevels.contains(number) { attentions.append(attention(outputs)) }
                inputs = outputs
                seen.append(outputs)
            }
            var shrinking: Conv2D?
            if number + 1 < features.count {
                let axis = ConvolutionGeometry.Axis(
                    stride: 2, padLow: configuration.padsEvenly ? 1 : 0, padHigh: 1)
                shrinking = Conv2D(
                    inputs: outputs, outputs: outputs, window: (3, 3),
                    ConvolutionGeometry(height: axis, width: axis), random: &random)
                seen.append(outputs)
            }
            return Level(blocks: blocks, attentions: attentions, resampling: shrinking)
        }
        middle = [block(bottom, bottom), block(bottom, bottom)]
        middleAttention = configuration.hasMiddleAttention ? attention(bottom) : nil
        up = features.enumerated().reversed().map { number, outputs in
            var blocks: [ResidualBlock] = []
            var attentions: [AttentionBlock] = []
            for _ in 0...configuration.blocks {
                blocks.append(block(inputs + seen.removeLast(), outputs))
                if configuration.attentionLevels.contains(number) { attentions.append(attention(outputs)) }
                inputs = outputs
            }
            let growing =
                number == 0
                ? nil : Conv2D(inputs: outputs, outputs: outputs, kernel: 3, padding: 1, random: &random)
            return Level(blocks: blocks, attentions: attentions, resampling: growing)
        }
        norm = GroupNorm(groups: configuration.groups, channels: top, epsilon: configuration.epsilon)
        last = Conv2D(
            inputs: top, outputs: pixels * configuration.outputs, kernel: 3, padding: 1, weights: .zeros,
            random: &random)
    }

    /// The prediction for pictures at some time steps, of some classes where the network is told them.
    public func callAsFunction(_ x: Tensor, _ timesteps: Tensor, labels: Tensor? = nil) -> Tensor {
        let signal = embedding(timesteps, labels: labels).silu()
        let patch = configuration.patch
        var h = first(patch == 1 ? x : x.pixelUnshuffled(by: patch))
        var seen = [h]
        for level in down {
            for number in level.blocks.indices {
                h = level(number, h, signal)
                seen.append(h)
            }
            if let shrinking = level.resampling {
                h = shrinking(h)
                seen.append(h)
            }
        }
        h = middle[0](h, signal)
        if let middleAttention { h = middleAttention(h) }
        h = middle[1](h, signal)
        for level in up {
            for number in level.blocks.indices {
                let other = seen.removeLast()
                // An odd side is one more when it is halved and doubled.
                if h.shape[1] != other.shape[1] { h = h.slice(0..<other.shape[1], axis: 1) }
                if h.shape[2] != other.shape[2] { h = h.slice(0..<other.shape[2], axis: 2) }
                h = level(number, .concatenate([h, other], axis: 3), signal)
            }
            if let growing = level.resampling { h = growing(h.resizedNearest(by: 2)) }
        }
        let result = last(norm(h).silu())
        return patch == 1 ? result : result.pixelShuffled(by: patch)
    }
}
