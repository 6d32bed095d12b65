import ArgumentParser
import Gannet

/// How large a Gated PixelCNN is, and what it is told of places.
struct MappedPixelModelOptions<Kind: MappedPixelModel>: ParsableArguments {
    @OptionGroup var sizes: PixelModelOptions<Kind>

    @Option(
        help: ArgumentHelp(
            "The features of a map that is learned, for each class where there are classes, and tells the model where in a picture it "
                + "is; 0 for none. (default: \(Kind.defaultMapFeatures))", valueName: "features"))
    var mapFeatures: Int?

    func validate() throws { try checkRange("--map-features", mapFeatures, Kind.mapFeatureCounts) }
}

/// A kind of model that draws pixel by pixel and can have maps of places.
protocol MappedPixelModel: PixelSized {
    /// The features of its maps unless the user says otherwise.
    static var defaultMapFeatures: Int { get }

    var mapFeatures: Int { get }
}

extension MappedPixelModel {
    /// None at all are a model without maps.
    static var mapFeatureCounts: ClosedRange<Int> { 0...1024 }
}

extension ImageModelConfiguration where Self: MappedPixelModel, Options == MappedPixelModelOptions<Self> {
    func check(_ options: MappedPixelModelOptions<Self>) throws(TrainingError) {
        try Self.checkUnchanged([
            ("features", options.sizes.features, sizes.features),
            ("blocks", options.sizes.blocks, sizes.blocks),
            ("map-features", options.mapFeatures, mapFeatures),
        ])
    }
}
