import ArgumentParser

/// What a WaveNet is like.
struct WaveNetOptions: ParsableArguments {
    @Flag(help: "Tell the model the class of each sound. The data must name the classes.")
    var conditional = false

    @Option(
        help: "How often dilations run from 1 up. (default: \(WaveNetConfiguration.standard.stacks))")
    var stacks: Int?

    @Option(
        help: ArgumentHelp(
            "The layers of a stack, with dilations 1, 2, 4, …. (default: \(WaveNetConfiguration.standard.layers))"
        ))
    var layers: Int?

    @Option(
        help: "The features between the layers. (default: \(WaveNetConfiguration.standard.features))")
    var features: Int?

    @Option(
        help: ArgumentHelp(
            "The features of the sum of all layers. (default: \(WaveNetConfiguration.standard.skipFeatures))",
            valueName: "features"))
    var skipFeatures: Int?

    func validate() throws {
        try checkRange("--stacks", stacks, WaveNetConfiguration.stackCounts)
        try checkRange("--layers", layers, WaveNetConfiguration.layerCounts)
        try checkRange("--features", features, WaveNetConfiguration.featureCounts)
        try checkRange("--skip-features", skipFeatures, WaveNetConfiguration.featureCounts)
    }
}
