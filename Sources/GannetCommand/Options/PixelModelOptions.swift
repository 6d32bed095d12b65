import ArgumentParser

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
        try checkRange("--features", features, AutoregressiveSizes.featureCounts)
        try checkRange("--blocks", blocks, AutoregressiveSizes.blockCounts)
    }
}
