import ArgumentParser
import Gannet
import GannetModels

/// `gannet-bench draw`.
struct Draw: BenchmarkCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the drawing of pictures of 28×28 pixels: pixel by pixel, or from noise.",
        discussion: """
            Pixel by pixel, each computes what is new, as pixels before it have left the rest. From noise, a U-Net is \
            evaluated in each of a sampler's steps.
            """)

    @Argument(help: "The model: \(DrawnModel.allValueStrings.joined(separator: ", ")).")
    var model: DrawnModel

    @Option(help: "The number of pictures.") var batch = 16
    @Option(help: "The steps of a sampler that draws from noise. (default: 50)") var samplerSteps: Int?
    @OptionGroup var options: MeasurementOptions

    func validate() throws {
        try require(batch > 0, "--batch must be positive.")
        switch model {
        case .pixelByPixel:
            try require(samplerSteps == nil, "--sampler-steps is for ddpm, ddim and dpm-solver.")
        case .fromNoise:
            try require(
                (1...1000).contains(samplerSteps ?? 1),
                "--sampler-steps is \(samplerSteps!), and must be 1 to 1000.")
        }
    }

    func workload(on device: Device) throws -> Workload {
        switch model {
        case .pixelByPixel(let network): try network.drawing(batch: batch, on: device)
        case .fromNoise(let name, let kind):
            try DiffusionNetwork().drawing(name, kind, steps: samplerSteps ?? 50, batch: batch, on: device)
        }
    }
}

/// What draws pictures.
enum DrawnModel: ExpressibleByArgument, CaseIterable {
    case pixelByPixel(AutoregressiveNetwork)
    case fromNoise(String, DiffusionSampler.Kind)

    static let allCases: [DrawnModel] =
        AutoregressiveNetwork.allCases.map { .pixelByPixel($0) } + [
            .fromNoise("ddpm", .ddpm), .fromNoise("ddim", .ddim(eta: 0)),
            .fromNoise("dpm-solver", .dpmSolver),
        ]

    private var name: String {
        switch self {
        case .pixelByPixel(let network): network.rawValue
        case .fromNoise(let name, _): name
        }
    }

    init?(argument: String) {
        guard let model = Self.allCases.first(where: { $0.name == argument }) else { return nil }
        self = model
    }

    static var allValueStrings: [String] { allCases.map(\.name) }
}
