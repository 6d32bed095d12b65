import ArgumentParser

/// What a class-conditional Gated PixelCNN is like.
struct ConditionalPixelCNNOptions: ParsableArguments {
    @OptionGroup var sizes: PixelModelOptions<ConditionalPixelCNNConfiguration>

    @Option(
        help: ArgumentHelp(
            "The features of the map of each class, which tells the model where in a picture it is; 0 for none. "
                + "(default: \(ConditionalPixelCNNConfiguration.defaultMapFeatures))", valueName: "features"))
    var mapFeatures: Int?

    func validate() throws {
        try checkRange("--map-features", mapFeatures, ConditionalPixelCNNConfiguration.mapFeatureCounts)
    }
}
