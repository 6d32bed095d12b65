import Gannet
import GannetModels

/// A kind of flow of pictures that the tool can train.
protocol FlowKind: FlowModel, NamedModel {
    /// How large it is unless the user says otherwise.
    static var standard: FlowSizes { get }
    /// Whether it can have more levels than one.
    static var hasLevels: Bool { get }
    /// What the help says of its depth and of its features.
    static var depthHelp: String { get }
    static var featuresHelp: String { get }

    /// Why there is no such flow for pictures of a shape; nil if there is.
    static func objection(_ imageShape: Shape, _ sizes: FlowSizes) -> String?

    init(imageShape: Shape, sizes: FlowSizes, seed: UInt64)
}

extension RealNVP: FlowKind {
    static let name = "realnvp"
    static let title = "a Real NVP"
    static let longTitle =
        "a Real NVP, a flow of affine couplings by chessboards and by halves of the channels"
    static let explanation = "Couplings scale and shift a half of the numbers by what the other half says."
    static let standard = FlowSizes(levels: 2, depth: 2, features: 32)
    static let hasLevels = true
    static let depthHelp = "The residual blocks of a coupling's network."
    static let featuresHelp =
        "The features of the couplings' networks at the full size, twice as many behind each level."

    static func objection(_ imageShape: Shape, _ sizes: FlowSizes) -> String? {
        objection(to: imageShape, levels: sizes.levels)
    }

    init(imageShape: Shape, sizes: FlowSizes, seed: UInt64) {
        self.init(
            imageShape: imageShape, levels: sizes.levels, features: sizes.features, blocks: sizes.depth,
            pixels: sizes.pixels, seed: seed)
    }
}

extension Glow: FlowKind {
    static let name = "glow"
    static let title = "a Glow"
    static let longTitle = "a Glow, a flow of affine couplings between invertible 1×1 convolutions"
    static let explanation =
        "Each step normalises the channels, mixes them, and scales and shifts a half of them by what the other half says."
    static let standard = FlowSizes(levels: 2, depth: 8, features: 64)
    static let hasLevels = true
    static let depthHelp = "The steps of a level."
    static let featuresHelp = "The features of the couplings' networks."

    static func objection(_ imageShape: Shape, _ sizes: FlowSizes) -> String? {
        objection(to: imageShape, levels: sizes.levels)
    }

    init(imageShape: Shape, sizes: FlowSizes, seed: UInt64) {
        self.init(
            imageShape: imageShape, levels: sizes.levels, steps: sizes.depth, features: sizes.features,
            pixels: sizes.pixels, seed: seed)
    }
}

extension MAF: FlowKind {
    static let name = "maf"
    static let title = "a masked autoregressive flow"
    static let longTitle = "a masked autoregressive flow over the list of a picture's pixels"
    static let explanation =
        "Each layer scales and shifts a pixel by what those before it say; drawing takes a pass for each pixel."
    static let standard = FlowSizes(levels: 1, depth: 5, features: 512)
    static let hasLevels = false
    static let depthHelp = "The layers."
    static let featuresHelp = "The units of each layer's hidden layer."

    static func objection(_ imageShape: Shape, _ sizes: FlowSizes) -> String? {
        sizes.levels == 1 && imageShape.count * sizes.features <= 1 << 28
            ? nil : "it would have too many weights"
    }

    init(imageShape: Shape, sizes: FlowSizes, seed: UInt64) {
        self.init(
            imageShape: imageShape, layers: sizes.depth, hidden: [sizes.features], pixels: sizes.pixels,
            seed: seed)
    }
}
