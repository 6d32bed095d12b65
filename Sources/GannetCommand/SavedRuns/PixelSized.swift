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
