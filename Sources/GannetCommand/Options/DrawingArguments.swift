import ArgumentParser
import GannetModels

/// How models draw that can do so in several ways.
struct DrawingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How a diffusion model goes from noise to pictures: ddpm, ddim or dpm-solver. (default: ddim)",
            valueName: "ddpm|ddim|dpm-solver"))
    var sampler: SamplerName?

    @Option(
        help: ArgumentHelp(
            "The number of steps in which it does so. (default: all for ddpm, 50 for ddim, 20 for dpm-solver)",
            valueName: "steps"))
    var samplerSteps: Int?

    @Option(
        help: ArgumentHelp(
            "How much noise DDIM adds at each step, from 0, none, to 1, as much as DDPM does. (default: 0)",
            valueName: "factor"))
    var eta: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How strongly a diffusion model of classes is guided to the class that is asked for, or one with --weaker away from what "
                + "that makes. (default: 0, not at all; with --weaker 1)",
            valueName: "weight"))
    var guidance: Float?

    @Option(
        help: ArgumentHelp(
            "The folder of a run of a worse diffusion model of the same pictures, one that is smaller or was trained for less long: "
                + "pictures are guided away from what it makes, which makes them better.", valueName: "run"))
    var weaker: String?

    @OptionGroup private var likeliness: TemperatureOption

    @Flag(
        help: ArgumentHelp(
            "Of PixelCNNs, PixelRNNs and WaveNets: run the whole network for each pixel or sample, as if nothing could be "
                + "kept. The pictures and sounds are the same; for comparison."))
    var naive = false

    /// Whether something is asked for that diffusion models have.
    var isOfDiffusion: Bool {
        sampler != nil || samplerSteps != nil || eta != nil || guidance != nil || weaker != nil
    }

    /// What is asked for of models that draw in order; nil where nothing is.
    var order: DrawingOptions? {
        likeliness.temperature == nil && !naive
            ? nil : DrawingOptions(temperature: likeliness.temperature ?? 1, isNaive: naive)
    }

    /// Throws where pictures are to be guided to a class and none is asked for.
    func checkGuidance(to asked: ClassOption) throws {
        if guidance != nil, weaker == nil, asked.label == nil {
            throw ValidationError(
                "--guidance is for pictures of a class, and none is asked for: give --class or --weaker, too, or leave it out."
            )
        }
    }

    func validate() throws {
        if order != nil, isOfDiffusion {
            throw ValidationError(
                "--temperature and --naive are for PixelCNNs, PixelRNNs and WaveNets, --sampler, --sampler-steps, --eta, "
                    + "--guidance and --weaker for diffusion models: give those of one kind.")
        }
        if let eta {
            if !(0...1).contains(eta) { throw ValidationError("--eta is \(eta), and must be from 0 to 1.") }
            if sampler ?? .ddim != .ddim {
                throw ValidationError("--eta is for DDIM: leave it out, or take --sampler ddim.")
            }
        }
        if let guidance, !guidance.isFinite {
            throw ValidationError("--guidance is \(guidance), and must be a number.")
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
    case ddpm
    case ddim
    case dpmSolver = "dpm-solver"
}
