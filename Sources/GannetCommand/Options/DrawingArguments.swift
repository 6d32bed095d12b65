import ArgumentParser
import GannetModels

/// How models draw that can do so in several ways.
struct DrawingArguments: ParsableArguments {
    @Option(help: "How a diffusion model goes from noise to pictures: ddim or ddpm. (default: ddpm)")
    var sampler: SamplerName?

    @Option(help: "The number of steps in which it does so. (default: 100)")
    var steps: Int?

    @OptionGroup private var likeliness: TemperatureOption

    @Flag(
        help: ArgumentHelp(
            "Of PixelCNNs, PixelRNNs and WaveNets: run the whole network for each pixel or sample, as if nothing could be "
                + "kept. The pictures and sounds are the same; for comparison."))
    var naive = false

    /// Whether something is asked for that diffusion models have.
    var isOfDiffusion: Bool { sampler != nil || steps != nil }

    /// What is asked for of models that draw in order; nil where nothing is.
    var order: DrawingOptions? {
        likeliness.temperature == nil && !naive
            ? nil : DrawingOptions(temperature: likeliness.temperature ?? 1, isNaive: naive)
    }

    func validate() throws {
        if order != nil, isOfDiffusion {
            throw ValidationError(
                "--temperature and --naive are for PixelCNNs, PixelRNNs and WaveNets, --sampler and --steps for diffusion "
                    + "models: give those of one kind.")
        }
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

/// The ways from noise to pictures.
enum SamplerName: String, ExpressibleByArgument, CaseIterable {
    case ddim
    case ddpm
}
