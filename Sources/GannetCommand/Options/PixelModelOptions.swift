import ArgumentParser
import Gannet

/// A kind of model that draws pixel by pixel, of any size.
protocol PixelSized {
    /// The features that it has unless the user says otherwise, and its blocks or layers.
    static var defaultSizes: (features: Int, blocks: Int) { get }

    var sizes: AutoregressiveSizes { get }
}

extension ImageModelConfiguration where Self: PixelSized, Options == PixelModelOptions<Self> {
    func check(_ options: PixelModelOptions<Self>) throws(TrainingError) {
        try Self.checkUnchanged([
            ("features", options.features, sizes.features), ("blocks", options.blocks, sizes.blocks),
        ])
    }
}

/// How large a model that draws pixel by pixel is.
struct PixelModelOptions<Kind: PixelSized>: ParsableArguments {
    @Option(
        help:
            "The features of a pixel in the model's blocks or layers. (default: \(Kind.defaultSizes.features))"
    )
    var features: Int?

    @Option(help: "The number of its blocks or layers. (default: \(Kind.defaultSizes.blocks))")
    var blocks: Int?

    func validate() throws {
        for (name, value, range) in [
            ("features", features, AutoregressiveSizes.featureCounts),
            ("blocks", blocks, AutoregressiveSizes.blockCounts),
        ] {
            if let value, !range.contains(value) {
                throw ValidationError(
                    "--\(name) is \(value), and must be from \(range.lowerBound) to \(range.upperBound).")
            }
        }
    }
}
