import ArgumentParser
import GannetModels

/// How models that draw pixel by pixel, or sample by sample, do so.
struct DrawingArguments: ParsableArguments {
    @OptionGroup private var likeliness: TemperatureOption

    @Flag(
        help: ArgumentHelp(
            "Of PixelCNNs, PixelRNNs and WaveNets: run the whole network for each pixel or sample, as if nothing could be "
                + "kept. The pictures and sounds are the same; for comparison."))
    var naive = false

    /// What was asked for; nil where nothing was.
    func options() -> DrawingOptions? {
        likeliness.temperature == nil && !naive
            ? nil : DrawingOptions(temperature: likeliness.temperature ?? 1, isNaive: naive)
    }
}

/// How boldly pixels and samples are drawn.
struct TemperatureOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Of PixelCNNs, PixelRNNs and WaveNets: below 1 likely values become likelier, above 1 less so. (default: 1)",
            valueName: "factor"))
    var temperature: Float?

    func validate() throws {
        if let temperature, !(temperature > 0 && temperature.isFinite) {
            throw ValidationError("--temperature is \(temperature), and must be positive.")
        }
    }
}
